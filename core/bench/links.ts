import { type LinkView } from '#core/contract';
import { type Link, type LinkOptions, openLink } from '#core/link';
import { type Clock, type Log, type Random } from '#core/ports';
import { linkRefusal, waitUp } from './connect.ts';
import { BenchError } from './errors.ts';
import { type Users } from './users.ts';

/** The bench's connections to the broker, as the pipeline shows them. */
export type Links = {
  /** Opens and waits until up; a link that does not come up is closed again. */
  open(ports: LinkPorts, who: string, options: LinkChoice): Promise<Link>;
  close(who: string): Promise<void>;
  views(): LinkView[];
};

/** What a connection is opened with besides its name. */
export type LinkPorts = {
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

export function createLinks(
  brokerUrl: () => { url: string; outside: boolean } | null,
  changed: () => void,
): Links {
  const open = new Map<string, Link>();
  const closeOne = async (who: string): Promise<void> => {
    const link = open.get(who);
    open.delete(who);
    await link?.close();
    changed();
  };
  return {
    async open({ users, clock, random, log, signal }, who, { user, clientId, will, clean }) {
      const broker = brokerUrl();
      if (broker === null) {
        throw new BenchError('BROKER_OFF', `there is no broker for ${who} to connect to`, {
          next: 'start the broker, or name an outside one in Settings',
        });
      }
      const password = users.passwordOf(user, broker.outside);
      const link = openLink({
        url: broker.url,
        clientId,
        ...(password === undefined ? {} : { username: user, password }),
        ...(will === undefined ? {} : { will }),
        ...(clean === undefined ? {} : { clean }),
        clock,
        random,
        log,
      });
      open.set(who, link);
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
    close: closeOne,
    views: () =>
      [...open].map(([who, { state }]) => {
        const refusal = linkRefusal(state);
        return { who, state: state.kind, ...(refusal ? { refusal } : {}) };
      }),
  };
}
