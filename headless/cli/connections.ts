import { type BenchClient } from '#core/bench';
import { type ConnectionDraft, type ConnectionView } from '#core/contract';
import { keptConnection } from './connect.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { readPassphrase, readText } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { type Output } from './output.ts';
import { line } from './plain.ts';
import { type Surroundings } from './session.ts';
import { withTrust } from './trust.ts';

export type ConnectionOptions = WorkspaceOptions & {
  url: string;
  mqtt5?: boolean;
  clientId?: string;
  user?: string;
  passwordFile?: string;
  forgetPassword?: boolean;
  ca?: string;
  production?: boolean;
  subscribe?: { filter: string; qos: 0 | 1 | 2 }[];
};

export function runConnectionList(
  around: Surroundings,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    for (const connection of await client.connections.list()) tell(connection, output);
    return undefined;
  });
}

/** Kept in the workspace; `record --connection`, `send` and `replay` open it. */
export function runConnectionAdd(
  around: Surroundings,
  name: string,
  options: ConnectionOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    tell(await client.connections.add(await draftOf(around, name, options)), output);
    return undefined;
  });
}

/** All of it anew, but the password stays where none is given. */
export function runConnectionEdit(
  around: Surroundings,
  was: string,
  options: ConnectionOptions & { name?: string },
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { id, name } = await keptConnection({ client }, was);
    const draft = await draftOf(around, options.name ?? name, options);
    tell(await client.connections.edit({ id, draft }), output);
    return undefined;
  });
}

export function runConnectionRemove(
  around: Surroundings,
  name: string,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client: BenchClient, output) => {
    const { id } = await keptConnection({ client }, name);
    await client.connections.remove({ id });
    output.say({ event: 'removed', id, name }, `Removed ${line(name)}`);
    return EXIT.ok;
  });
}

async function draftOf(
  around: Surroundings,
  name: string,
  options: ConnectionOptions,
): Promise<ConnectionDraft> {
  const { url, mqtt5, clientId, user, passwordFile, forgetPassword, ca } = options;
  const password = forgetPassword === true ? '' : await readPassphrase(passwordFile, around);
  return {
    ...{ name, url, clientId: clientId ?? null, user: user ?? null },
    protocol: mqtt5 === true ? 5 : 4,
    caPem: ca === undefined ? null : await readText(ca),
    production: options.production === true,
    subscriptions: options.subscribe ?? [],
    ...(password === undefined ? {} : { password }),
  };
}

function tell(connection: ConnectionView, output: Output): void {
  const { id, name, url, protocol, user, production, subscriptions, state } = connection;
  const filters = subscriptions.map(({ filter }) => line(filter)).join(' ');
  const as = user === null ? '' : ` as ${line(user)}`;
  output.say(
    { event: 'connection', ...{ id, name, url, protocol, user, production, subscriptions, state } },
    `${line(name).padEnd(24)} ${url ?? 'the bench’s own broker'}${as}${production ? '  production' : ''}  ${filters}`,
  );
}
