import { rootCertificates } from 'node:tls';
import { z } from 'zod';
import { ConnectionDraft, type ConnectionView } from '#core/contract';
import { type Link, LinkError, type LinkOptions, type LinkState, openLink } from '#core/link';
import { type Refusal } from '#core/ports';
import { linkRefusal, waitUp } from '../connect.ts';
import { type Context } from '../context.ts';
import { BenchError, refusalOf } from '../errors.ts';
import { wakeLink } from '../links.ts';
import { accessTo, type BrokerPlace, isSecure } from '../trust/access.ts';
import { certificateOf } from '../trust/probe.ts';

/** A connection as it is kept; its password is in the vault. */
export const Kept = ConnectionDraft.omit({ password: true }).extend({
  id: z.string(),
  clientId: z.string(),
  hasPassword: z.boolean(),
  /** It is opened again at the next start. */
  wanted: z.boolean(),
});
export type Kept = z.output<typeof Kept>;

/** The one that is always there: the broker which the bench itself uses, as its backend. */
export const OWN = 'own';
/** Sent by a broker at once; this many may wait for us. */
const RECEIVE_MAXIMUM = 1_000;

export type Ports = {
  context: Context;
  place: () => BrokerPlace | null;
  password: (kept: Kept) => Promise<string | undefined>;
  changed: () => void;
  /** The name that confirms sending over it; null where none is needed. */
  guard: (kept: Kept) => string | null;
};

/** One connection: closed, or a link that keeps connecting. */
export type Connection = {
  readonly kept: () => Kept;
  update(kept: Kept): void;
  open(): Promise<void>;
  close(): Promise<void>;
  /** The link once it is up. @throws BenchError CONNECTION_DOWN, BROKER_OFF; LinkError */
  up(): Promise<Link>;
  view(): ConnectionView;
  /** For a second connection to the same broker, for a moment. */
  options(): Promise<LinkOptions>;
  /** The computer has slept. */
  wake(): void;
  /** True where the tap of our own broker sees what is sent. */
  isTapped(): boolean;
};

export function createConnection(first: Kept, ports: Ports): Connection {
  const { context, changed } = ports;
  const { clock, random, log, traffic } = context;
  let kept = first;
  let link: Link | null = null;
  let limits: ConnectionView['limits'] = null;
  let refused: Refusal[] = [];
  let received = 0;
  let wasUp = false;
  /** Where the bench's broker was then. */
  let openedAt: string | null = null;
  let failure: Refusal | null = null;

  const options = async (): Promise<LinkOptions> => {
    const { protocol, clientId } = kept;
    return {
      ...(await accessOf(kept, ports)),
      ...{ clientId, clean: true, protocolVersion: protocol, clock, random, log },
      ...(protocol === 5 ? { mqtt5: { receiveMaximum: RECEIVE_MAXIMUM, topicAliases: true } } : {}),
    };
  };
  const tell = (kind: 'connect' | 'disconnect', detail: string): void => {
    traffic.add({
      ...{ kind, at: clock.now(), source: kept.name, clientId: kept.clientId, detail },
    });
  };
  const onState = (state: LinkState): void => {
    if (state.kind === 'up') {
      limits = limitsOf(state);
      wasUp = true;
      tell('connect', `connected to ${kept.url ?? 'the own broker'}`);
    }
    // A broker that is off is tried again and again: nothing was connected in between.
    if (state.kind === 'lost' && wasUp) tell('disconnect', state.reason);
    if (state.kind === 'lost') wasUp = false;
    changed();
  };
  const begin = async (wanted: AbortSignal): Promise<void> => {
    failure = null;
    try {
      const { mqtt5, ...rest } = await options();
      // Closed meanwhile: nobody would ever end it.
      if (wanted.aborted) return;
      const opened = openLink({
        ...rest,
        ...(mqtt5 ? { mqtt5: { ...mqtt5, retainAsPublished: true } } : {}),
        tap: (message) => {
          received += 1;
          traffic.add({
            ...{ kind: 'publish', at: clock.now(), source: kept.name, direction: 'in' },
            ...{ clientId: null, ...message },
          });
        },
      });
      link = opened;
      openedAt = ports.place()?.url ?? null;
      refused = [];
      received = 0;
      opened.onState(onState);
      for (const { filter, qos } of kept.subscriptions) {
        opened.subscribe(filter, qos).catch((error: unknown) => {
          if (error instanceof LinkError && error.code === 'LINK_CLOSED') return;
          const { code, reason, next } = refusalOf(error);
          refused = [...refused, { code, reason: `${filter}: ${reason}`, next }];
          changed();
        });
      }
    } catch (error) {
      if (!wanted.aborted) failure = refusalOf(error);
      throw error;
    } finally {
      changed();
    }
  };
  /** One for all who ask, until it is there or given up. */
  let opening: { readonly done: Promise<void>; readonly over: AbortController } | null = null;
  const open = async (): Promise<void> => {
    if (link) return;
    if (!opening) {
      const over = new AbortController();
      const done = begin(over.signal).finally(() => {
        if (opening?.over === over) opening = null;
      });
      opening = { done, over };
    }
    await opening.done;
  };

  const close = async (): Promise<void> => {
    opening?.over.abort();
    opening = null;
    const closing = link;
    link = null;
    wasUp = false;
    limits = null;
    failure = null;
    await closing?.close();
    changed();
  };

  return {
    kept: () => kept,
    update(next) {
      kept = next;
    },
    open,
    close,
    async up() {
      // The bench's own broker is connected to when it is needed, where it is by then.
      if (link && kept.id === OWN && openedAt !== ports.place()?.url) await close();
      if (!link && kept.id === OWN) await open();
      if (link?.state.kind === 'up') return link;
      if (!link) {
        throw new BenchError('CONNECTION_DOWN', `${kept.name} is closed`, {
          next: 'open the connection first',
        });
      }
      await waitUp(link, context.signal);
      return link;
    },
    view() {
      const { id, name, url, protocol, clientId, user, hasPassword, production, caPem } = kept;
      const lost = link && linkRefusal(link.state);
      return {
        ...{ id, name, url, protocol, clientId, user, hasPassword, production, limits, received },
        caPem,
        confirm: ports.guard(kept),
        subscriptions: kept.subscriptions.map((each) => ({ ...each })),
        state: link?.state.kind ?? (kept.id === OWN && ports.place() ? 'idle' : 'closed'),
        refusals: [...(failure ? [failure] : []), ...(lost ? [lost] : []), ...refused].map(
          ({ code, reason, next }) => ({ code, reason, next }),
        ),
      };
    },
    options,
    wake: () => {
      if (link) wakeLink(link, kept.url !== null || ports.place()?.outside === true);
    },
    isTapped: () => kept.url === null && ports.place()?.outside === false,
  };
}

/** Where to, as whom, with what. */
async function accessOf(
  kept: Kept,
  { context, place, password }: Ports,
): Promise<Pick<LinkOptions, 'url' | 'tls' | 'username' | 'password'>> {
  const { ca, users } = context;
  const secret = await password(kept);
  const named = {
    ...(kept.user === null ? {} : { username: kept.user }),
    ...(secret === undefined ? {} : { password: secret }),
  };
  if (kept.url === null) {
    const own = place();
    if (own === null) {
      throw new BenchError('BROKER_OFF', 'the bench has no broker at the moment', {
        next: 'start the broker, or name an outside one in Settings',
      });
    }
    const user = kept.user ?? 'backend';
    const identity = isSecure(own.url) ? await certificateOf(context, own, user) : null;
    const access = accessTo(own, user, { ca, users, identity });
    return secret === undefined ? access : { ...access, username: user, password: secret };
  }
  const { url, caPem, user } = kept;
  if (!isSecure(url)) return { url, ...named };
  const there = { url, outside: true, caPem };
  const identity = user === null ? null : await certificateOf(context, there, user);
  const pair = identity ? { cert: identity.certPem, key: identity.keyPem } : {};
  return { url, ...named, tls: { ca: caPem ?? [ca.certPem, ...rootCertificates], ...pair } };
}

function limitsOf(state: LinkState): ConnectionView['limits'] {
  if (state.kind !== 'up' || !state.limits) return null;
  const { receiveMaximum, maximumQos, retainAvailable, maximumPacketBytes } = state.limits;
  const { topicAliasMaximum, keepaliveSeconds, sessionExpirySeconds, assignedClientId } =
    state.limits;
  return {
    ...{ receiveMaximum, maximumQos, retainAvailable, maximumPacketBytes, topicAliasMaximum },
    ...{ keepaliveSeconds, sessionExpirySeconds, assignedClientId },
  };
}
