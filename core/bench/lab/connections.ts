import { LISTENER_LABELS } from '#core/contract';
import { type Link, type LinkAccess, openLink } from '#core/link';
import { type BenchCa, createBenchCa } from '#core/pki';
import { type Refusal } from '#core/ports';
import { type Identity, type Outcome, type SeenMessage } from '#core/scenario';
import { BenchError, refusalOf } from '../errors.ts';
import { type LabBench } from './site.ts';
import { seen, type Sight } from './sight.ts';

/** On one machine every answer is a matter of milliseconds; a frozen broker is told as such. */
const CONNECT_MS = 5_000;

/** Whoever else connects in a scenario, beside the bench's own roles. */
export type Connections = {
  /** Opens it, and keeps it open under this name. */
  connect(name: string, identity: Identity): Promise<Outcome>;
  /** Of a name, or opened for the occasion; what it refuses in doing so is the outcome. */
  use(as: string | Identity, work: (link: Link) => Promise<string>): Promise<Outcome>;
  drop(name: string): boolean;
  views(): Record<string, { state: string; code: string | null; heard: number }>;
  heardBy(name: string): readonly SeenMessage[];
  /** Certificate and key to show, and whom to trust. */
  tlsOf(identity: Identity): Promise<{ ca: string; cert?: string; key?: string }>;
  close(): Promise<void>;
};

type Open = {
  link: Link;
  heard: SeenMessage[];
  /** Why it never was up; it does not try again. */
  refused: Refusal | null;
};

export function createConnections(site: LabBench, sight: Sight): Connections {
  const { context } = site;
  const open = new Map<string, Open>();
  let foreign: Promise<BenchCa> | null = null;
  let count = 0;

  const foreignCa = (): Promise<BenchCa> => {
    const { clock, random } = context;
    // Of the same name: only its key tells it from ours.
    foreign ??= createBenchCa({ clock, random, name: 'OTA Bench CA' });
    return foreign;
  };
  const tlsOf: Connections['tlsOf'] = async ({ name, by = 'bench' }) => {
    const ca = context.ca.certPem;
    if (by === 'nobody') return { ca };
    const wanted = { kind: 'client', cn: name } as const;
    const identity =
      by === 'foreign'
        ? await (await foreignCa()).issue(wanted)
        : await context.identities.fetch(wanted);
    return { ca, cert: identity.certPem, key: identity.keyPem };
  };
  const accessOf = async (identity: Identity): Promise<LinkAccess> => {
    const { name, by = 'bench', listener = 'tls', password } = identity;
    const url = urlOf(site, listener);
    if (listener === 'tls') return { url, tls: await tlsOf(identity) };
    const known = password ?? context.users.passwordOf(name, false);
    return {
      url,
      ...(by === 'nobody'
        ? {}
        : { username: name, ...(known === undefined ? {} : { password: known }) }),
      ...(url.includes('s://') ? { tls: { ca: context.ca.certPem } } : {}),
    };
  };
  const openAs = async (name: string, identity: Identity): Promise<Link> => {
    const { clock, random, log } = context;
    const access = await accessOf(identity);
    count += 1;
    const clientId = identity.clientId ?? `lab-${identity.name}-${String(count)}`;
    const link = openLink({ ...access, clientId, clean: true, clock, random, log });
    const heard: SeenMessage[] = [];
    link.onMessage((incoming) => {
      heard.push(seen(context.topics(), incoming, ''));
      sight.changed();
    });
    link.onState(() => sight.changed());
    await open.get(name)?.link.close();
    open.set(name, { link, heard, refused: null });
    return link;
  };
  /** The broker's own word on why, where it said one: a client sees no more than a closed socket. */
  const attempt = async (
    name: string,
    link: () => Promise<Link>,
    work: (link: Link) => Promise<string>,
  ): Promise<Outcome> => {
    const since = sight.refusals.length;
    // Before it is up the broker may know no more of it than where it comes from.
    let known: readonly string[] = [''];
    try {
      const own = await link();
      const { clientId } = own;
      known = ['', clientId];
      await own.whenUp(AbortSignal.any([context.signal, AbortSignal.timeout(CONNECT_MS)]));
      known = [clientId];
      return { kind: 'accepted', detail: await work(own) };
    } catch (error) {
      const failed = open.get(name);
      const refusal = (failed && lostReason(failed.link)) ?? refusalOf(error);
      if (failed && known.includes('')) {
        failed.refused = refusal;
        await failed.link.close();
      }
      const told = sight.brokerSaid(known, since);
      const { code: seenAs, reason: why } = refusal;
      sight.refused({ by: 'connection', code: seenAs, reason: why });
      if (!told) return { kind: 'refused', code: refusal.code, reason: refusal.reason };
      const line = told.aclLine === undefined ? '' : ` (access list, line ${String(told.aclLine)})`;
      const { code, reason } = told;
      return { kind: 'refused', code, reason: `${reason}${line}`, also: [refusal.code] };
    }
  };
  return {
    tlsOf,
    connect: (name, identity) =>
      attempt(
        name,
        () => openAs(name, identity),
        async (link) => `connected as ${identity.name} (${link.clientId})`,
      ),
    use(as, work) {
      const name = typeof as === 'string' ? as : JSON.stringify(as);
      const known = open.get(name);
      const identity = typeof as === 'string' ? { name: as } : as;
      const link = known?.refused === null ? known.link : null;
      return attempt(name, async () => link ?? openAs(name, identity), work);
    },
    drop(name) {
      const known = open.get(name);
      known?.link.drop();
      return known !== undefined;
    },
    views: () =>
      Object.fromEntries(
        [...open].map(([name, { link, heard, refused }]) => {
          const { state } = link;
          const code = state.kind === 'lost' ? state.code : (refused?.code ?? null);
          return [name, { state: state.kind, code, heard: heard.length }];
        }),
      ),
    heardBy: (name) => open.get(name)?.heard ?? [],
    async close() {
      await Promise.all([...open.values()].map(({ link }) => link.close()));
      await (await foreign)?.close();
    },
  };
}

/** A link that waited in vain knows better than the clock why. */
function lostReason({ state }: Link): Refusal | null {
  if (state.kind !== 'lost') return null;
  const { code, reason, next } = state;
  return { code, reason, next };
}

function urlOf({ bench }: LabBench, listener: NonNullable<Identity['listener']>): string {
  const label = LISTENER_LABELS[listener];
  const found = bench.view().endpoints.find((endpoint) => endpoint.label === label);
  if (found) return found.url;
  throw new BenchError('BROKER_OFF', `the listener "${label}" is not open`, {
    next: 'start the broker, or name the listener in bench.settings.listeners of the scenario',
  });
}
