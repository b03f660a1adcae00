import { type LinkView } from '#core/contract';
import { type Link, type LinkAccess, type LinkOptions, openLink } from '#core/link';
import { type BenchCa } from '#core/pki';
import { type Clock, type Log, type Random } from '#core/ports';
import { linkRefusal, waitUp } from './connect.ts';
import { BenchError } from './errors.ts';
import { accessTo, type BrokerPlace, isSecure } from './trust/access.ts';
import { type Identities } from './trust/identities.ts';
import { type Users } from './users.ts';

/** The bench's connections to the broker, as the pipeline shows them. */
export type Links = {
  /** Opens and waits until up; a link that does not come up is closed again. */
  open(ports: LinkPorts, who: string, options: LinkChoice): Promise<Link>;
  /** Those that are not up try again now: what stood in their way may be gone. */
  retry(): void;
  /** The computer has slept: those to another machine may be dead without knowing, all try at once. */
  wake(): void;
  close(who: string): Promise<void>;
  /** Cuts the socket as a pulled cable would; false where there is no such link. */
  drop(who: string): boolean;
  views(): LinkView[];
};

/** What a connection is opened with besides its name. */
export type LinkPorts = {
  ca: BenchCa;
  identities: Identities;
  users: Users;
  clock: Clock;
  random: Random;
  log: Log;
  signal: AbortSignal;
};

export type LinkChoice = {
  user: string;
  clientId: string;
  will?: LinkOptions['will'];
  clean?: boolean;
};

export function createLinks(brokerPlace: () => BrokerPlace | null, changed: () => void): Links {
  const open = new Map<string, Link>();
  const closings = new Map<string, () => void>();
  /** Those to a broker outside of this process. */
  const outside = new Set<string>();
  const closeOne = async (who: string): Promise<void> => {
    const link = open.get(who);
    open.delete(who);
    try {
      await link?.close();
    } finally {
      closings.get(who)?.();
      closings.delete(who);
      outside.delete(who);
      changed();
    }
  };
  return {
    async open(ports, who, { user, clientId, will, clean }) {
      const { ca, identities, users, clock, random, log, signal } = ports;
      const first = brokerPlace();
      if (first === null) {
        throw new BenchError('BROKER_OFF', `there is no broker for ${who} to connect to`, {
          next: 'start the broker, or name an outside one in Settings',
        });
      }
      if (isSecure(first.url)) {
        await identities.take(who, { kind: 'client', cn: user, outside: first.outside });
      }
      let place = first;
      const access = (): LinkAccess => {
        // While the broker is off it is looked for where it was.
        place = brokerPlace() ?? place;
        return accessTo(place, user, { ca, users, identity: identities.of(who, place.outside) });
      };
      const link = openLink({
        ...access(),
        access,
        clientId,
        ...(will === undefined ? {} : { will }),
        ...(clean === undefined ? {} : { clean }),
        clock,
        random,
        log,
      });
      open.set(who, link);
      if (first.outside) outside.add(who);
      closings.set(who, () => identities.release(who));
      link.onState(changed);
      changed();
      try {
        await waitUp(link, signal);
        return link;
      } catch (error) {
        await closeOne(who);
        throw error;
      }
    },
    retry() {
      for (const link of open.values()) link.retry();
    },
    wake() {
      for (const [who, link] of open) wakeLink(link, outside.has(who));
    },
    close: closeOne,
    drop(who) {
      const link = open.get(who);
      link?.drop();
      return link !== undefined;
    },
    views: () =>
      [...open].map(([who, { state }]) => {
        const refusal = linkRefusal(state);
        return { who, state: state.kind, ...(refusal ? { refusal } : {}) };
      }),
  };
}

/**
 * Keep-alive would find a connection that did not outlive a sleep after a minute or two. One that may
 * be such is cut and opened anew now; one that waits for its next try does not wait any longer.
 */
export function wakeLink(link: Link, mayBeDead: boolean): void {
  if (link.state.kind !== 'up' || !mayBeDead) {
    link.retry();
    return;
  }
  const stop = link.onState(({ kind }) => {
    if (kind !== 'lost') return;
    stop();
    link.retry();
  });
  link.drop();
}
