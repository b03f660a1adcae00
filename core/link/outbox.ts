import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log } from '#core/ports';
import { LinkError } from './errors.ts';
import { openOutboxTable, type OutboxRow } from './outbox-table.ts';
import { checkTopic } from './publish.ts';
import { linkError } from './refusals.ts';
import { doubling } from './retry.ts';
import type { Link, Outbox, OutboxResult } from './types.ts';

export type OutboxOptions = {
  readonly db: DatabaseSync;
  readonly link: Link;
  readonly clock: Clock;
  readonly log: Log;
  /** Delay after the first missing acknowledgment; doubles. Default 2,000. */
  readonly firstDelayMs?: number;
};

const TRIES = 3;
const FIRST_DELAY_MS = 2_000;
const MAX_DELAY_MS = 60_000;
/** Topics in flight at once; a campaign talks to many vehicles. */
const LANES = 16;
/**
 * Brokers of MQTT 3.1.1 answer a denied publish by closing, which looks like any other loss.
 * A message that was in flight at three losses, the last two times alone, is taken for denied.
 */
const STRIKES = 3;

/**
 * Messages that outlive the process: stored first, then published in order per topic, one in
 * flight for each topic. Only PUBACK or PUBCOMP settles one.
 */
export function createOutbox({ db, link, clock, log, firstDelayMs }: OutboxOptions): Outbox {
  const table = openOutboxTable(db, link.clientId, clock.now());
  const listeners = new Set<(result: OutboxResult) => void>();
  const busy = new Map<string, Promise<void>>();
  const closing = new AbortController();
  let scheduled = false;
  /** One message that is suspected of making the broker close is in flight, and no other. */
  let alone = false;

  /** After the caller's own transaction, which may still be open at `enqueue`. */
  const schedule = (): void => {
    if (scheduled || closing.signal.aborted) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      try {
        fill();
      } catch (error) {
        failed(error);
      }
    });
  };

  const fill = (): void => {
    if (closing.signal.aborted || link.state.kind !== 'up' || alone) return;
    const heads = table.heads(new Set(busy.keys()), LANES);
    // Alone, so that the next loss of the connection accuses nobody else.
    const suspect = heads.find(({ strikes }) => strikes > 0);
    if (suspect && busy.size > 0) return;
    alone = suspect !== undefined;
    const ready = suspect ? [suspect] : heads.slice(0, LANES - busy.size);
    for (const row of ready) {
      const lane = alone ? deliver(row) : drain(row);
      const ended = lane.then(schedule, failed).finally(() => {
        busy.delete(row.topic);
        alone = false;
      });
      busy.set(row.topic, ended);
    }
  };

  /**
   * The table cannot be written, a full disk for instance. The message stays as it is and goes
   * out again, but not at once: it would go out a thousand times a second.
   */
  const failed = (error: unknown): void => {
    log('error', 'the outbox could not go on', { error });
    void pause(MAX_DELAY_MS).then(schedule);
  };

  /** One topic, in order, until one of its messages has to wait for a better connection. */
  const drain = async (first: OutboxRow): Promise<void> => {
    let row: OutboxRow | null = first;
    while (row && (await deliver(row)) && !closing.signal.aborted) row = table.head(row.topic);
  };

  const settle = (row: OutboxRow, result: OutboxResult): void => {
    table.settle(row.id, result, clock.now());
    for (const listener of [...listeners]) {
      try {
        listener(result);
      } catch (error) {
        log('error', 'a listener of the outbox failed', { error });
      }
    }
  };

  const park = (row: OutboxRow, { code, reason }: LinkError): void => {
    log('warn', `the message ${row.key} was given up: ${reason}`, { code, topic: row.topic });
    settle(row, { kind: 'parked', key: row.key, code, reason });
  };

  /** True when the message was settled; false leaves it to a later connection. */
  const deliver = async (row: OutboxRow): Promise<boolean> => {
    for (let attempt = 1; !closing.signal.aborted; attempt += 1) {
      try {
        await link.publish(row.topic, row.payload, row, closing.signal);
        settle(row, { kind: 'acknowledged', key: row.key });
        return true;
      } catch (error) {
        if (error === closing.signal.reason) return false;
        // Not the link but the table: see `failed`.
        if (!(error instanceof LinkError)) throw error;
        switch (error.code) {
          case 'REFUSED':
          case 'TOPIC_INVALID':
            park(row, error);
            return true;
          case 'CLOSED_BY_BROKER':
            return accuse(row, error);
          case 'PUBACK_TIMEOUT':
            break;
          default:
            return false;
        }
        if (attempt >= TRIES) {
          // Three silences: this connection carries nothing any more, whatever TCP believes.
          log('warn', `no acknowledgment for ${row.key} after ${attempt} tries`);
          link.drop();
          return false;
        }
      }
      await pause(doubling(attempt, firstDelayMs ?? FIRST_DELAY_MS, MAX_DELAY_MS));
    }
    return false;
  };

  const pause = (ms: number): Promise<void> =>
    clock.sleep(ms, closing.signal).catch(() => undefined);

  const accuse = (row: OutboxRow, error: LinkError): boolean => {
    table.strike(row.id);
    if (row.strikes + 1 < STRIKES) return false;
    park(
      row,
      linkError(
        [
          'REFUSED',
          `the broker closed the connection each time it was sent to ${row.topic}`,
          "Allow this topic for this user in the broker's access rules.",
        ],
        error,
      ),
    );
    return true;
  };

  const undo = link.onState((state) => {
    // A broker that denies stays reachable; one that cannot be reached now had died instead.
    if (state.kind === 'lost' && state.code !== 'CLOSED_BY_BROKER') table.forgive();
    if (state.kind === 'up') schedule();
  });
  schedule();

  return {
    enqueue(message) {
      checkTopic(message.topic);
      table.insert(message);
      schedule();
    },
    onResult(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    result: (key) => table.result(key),
    pending: () => table.waiting(),
    async close() {
      closing.abort(new Error('the outbox was closed'));
      undo();
      await Promise.all(busy.values());
      listeners.clear();
    },
  };
}
