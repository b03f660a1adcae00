import type { Clock, Log } from '#core/ports';
import type { Connection } from './connection.ts';
import { LinkError } from './errors.ts';
import { linkError } from './refusals.ts';
import type { Qos } from './types.ts';

type Wanted = {
  qos: Qos;
  confirmed: boolean;
  waiting: PromiseWithResolvers<undefined>[];
};

export interface Subscriptions {
  /** Resolves on SUBACK, of this connection or of the next. */
  want(filter: string, qos: Qos, connection: Connection | null): Promise<void>;
  /** Puts in force what the broker does not have; resolves when each has been answered. */
  renew(connection: Connection, sessionPresent: boolean): Promise<void>;
  abandon(why: LinkError): void;
}

/** What a link is subscribed to, from connection to connection. */
export function createSubscriptions(clock: Clock, timeoutMs: number, log: Log): Subscriptions {
  const wanted = new Map<string, Wanted>();

  const confirm = async (connection: Connection, filter: string, entry: Wanted): Promise<void> => {
    const answered = new AbortController();
    void clock.sleep(timeoutMs, answered.signal).then(
      () => {
        connection.cut(noAnswer(filter));
      },
      () => undefined,
    );
    try {
      await connection.subscribe(filter, entry.qos);
      entry.confirmed = true;
      for (const { resolve } of entry.waiting.splice(0)) resolve(undefined);
    } catch (error) {
      // Anything but the broker's word means the connection is going: the next one asks again.
      if (!(error instanceof LinkError) || error.code !== 'SUBSCRIBE_REFUSED') return;
      log('warn', error.reason, { next: error.next });
      wanted.delete(filter);
      for (const { reject } of entry.waiting.splice(0)) reject(error);
    } finally {
      answered.abort();
    }
  };

  return {
    async want(filter, qos, connection) {
      checkFilter(filter);
      const entry = wanted.get(filter) ?? { qos, confirmed: false, waiting: [] };
      entry.qos = qos;
      wanted.set(filter, entry);
      const answer = Promise.withResolvers<undefined>();
      entry.waiting.push(answer);
      if (connection) void confirm(connection, filter, entry);
      await answer.promise;
    },
    async renew(connection, sessionPresent) {
      const missing = [...wanted].filter(
        ([, entry]) => !sessionPresent || !entry.confirmed || entry.waiting.length > 0,
      );
      await Promise.all(missing.map(([filter, entry]) => confirm(connection, filter, entry)));
    },
    abandon(why) {
      for (const { waiting } of wanted.values()) {
        for (const { reject } of waiting.splice(0)) reject(why);
      }
    },
  };
}

/** MQTT 3.1.1 section 4.7: `+` fills a level, `#` fills the last one. */
function checkFilter(filter: string): void {
  const levels = filter.split('/');
  const sound = levels.every(
    (level, index) =>
      level === '+' || (level === '#' && index === levels.length - 1) || !/[+#\0]/.test(level),
  );
  if (sound && filter !== '' && Buffer.byteLength(filter) <= 65_535) return;
  throw linkError([
    'TOPIC_INVALID',
    `${JSON.stringify(filter)} is no topic filter`,
    'Use + for one whole level and # for the whole rest.',
  ]);
}

function noAnswer(filter: string): LinkError {
  return linkError([
    'TIMEOUT',
    `the broker did not answer the subscription to ${filter}`,
    'Nothing to do: the link connects again. Look at the broker if it stays so.',
  ]);
}
