import { Option } from 'commander';
import { type Bench } from '#core/bench';
import { type ConnectionView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { startRoles } from './demo.ts';
import { type CommonOptions, overridesOf, readCredentials } from './options.ts';
import { type Session } from './session.ts';

/** Over what a command speaks: a connection of the workspace, or one to the broker it names. */
export type ViaOptions = CommonOptions & {
  connection?: string;
  user?: string;
  mqtt5?: boolean;
};

export const viaOptions = (): Option[] => [
  new Option(
    '--connection <name>',
    'a connection of this workspace, with the password it has there; own: the broker of the bench',
  ).conflicts(['broker', 'user', 'mqtt5']),
  new Option('--user <name>', 'with --broker: whose password in --credentials to use'),
  new Option('--mqtt5', 'with --broker: connect by MQTT 5'),
];

export type Via = { id: string; name: string; close: () => Promise<void> };
type Subscriptions = { filter: string; qos: 0 | 1 | 2 }[];

/**
 * Up when it resolves. `close` leaves the workspace as it was.
 *
 * @throws HeadlessError BAD_ARGUMENT, CONNECTION_UNKNOWN, and why the broker cannot be reached
 */
export async function openVia(
  bench: Bench,
  options: ViaOptions,
  subscriptions: Subscriptions,
  session: Session,
): Promise<Via> {
  const { connection } = options;
  return connection === undefined
    ? openForNow(bench, options, subscriptions, session)
    : openKept(bench, connection, session);
}

/** By its name, or its id. @throws HeadlessError CONNECTION_UNKNOWN */
export async function keptConnection(
  { client }: Pick<Bench, 'client'>,
  name: string,
): Promise<ConnectionView> {
  const all = await client.connections.list();
  const found = all.find((each) => each.id === name || each.name === name);
  if (found !== undefined) return found;
  const known = all.map((each) => (each.id === 'own' ? 'own' : each.name)).join(', ');
  throw new HeadlessError('CONNECTION_UNKNOWN', `there is no connection ${name}`, {
    next: `name one of this workspace: ${known}`,
  });
}

async function openKept(bench: Bench, wanted: string, session: Session): Promise<Via> {
  const { client } = bench;
  const { id, name, url, state } = await keptConnection(bench, wanted);
  if (url === null && bench.view().settings.externalBroker === null) {
    await startRoles(bench, ['broker'], session.output);
  }
  // The own one opens by itself, with what is sent over it.
  if (id === 'own') return { id, name, close: () => Promise.resolve() };
  const wasClosed = state === 'closed';
  const close = async (): Promise<void> => {
    if (wasClosed) await client.connections.close({ id });
  };
  try {
    if (wasClosed) await client.connections.open({ id });
    await untilUp(bench, id, session);
    return { id, name, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openForNow(
  bench: Bench,
  options: ViaOptions,
  subscriptions: Subscriptions,
  session: Session,
): Promise<Via> {
  const { url, caPem = null } = (await overridesOf(options)).externalBroker ?? {};
  if (url === undefined) {
    throw new HeadlessError('BAD_ARGUMENT', 'this needs to know which broker', {
      next: 'name it with --broker mqtt://host:port, or a connection of the workspace with --connection',
    });
  }
  const credentials = await readCredentials(options.credentials);
  const user = options.user ?? null;
  const password = user === null ? undefined : credentials?.[user];
  const { connections } = bench.client;
  const name = `${new URL(url).host} (command line)`;
  // Left behind by one that was killed.
  for (const left of (await connections.list()).filter((each) => each.name === name)) {
    await connections.remove({ id: left.id });
  }
  const { id } = await connections.add({
    ...{ name, url, user, caPem, subscriptions, production: false },
    protocol: options.mqtt5 === true ? 5 : 4,
    ...(password === undefined ? {} : { password }),
  });
  const close = async (): Promise<void> => {
    await connections.remove({ id }).catch(() => undefined);
  };
  try {
    await connections.open({ id });
    await untilUp(bench, id, session);
    return { id, name, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function untilUp(bench: Bench, id: string, { signal }: Session): Promise<void> {
  for await (const frame of await bench.client.connections.watch(undefined, { signal })) {
    const view = frame.upserts.find((each) => each.id === id);
    const [refusal] = view?.refusals ?? [];
    if (refusal) throw bench.failureOf('broker', refusal);
    if (view?.state === 'up') return;
  }
  signal.throwIfAborted();
  throw new HeadlessError('INTERRUPTED', 'stopped', { next: 'start it again' });
}
