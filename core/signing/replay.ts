import type { DatabaseSync } from 'node:sqlite';
import { systemClock, type Clock } from '#core/ports';
import type { MessageKind } from '#core/protocol';
import { inTransaction, prepared } from '#core/storage';
import { prepareTables } from './tables.ts';

/** What of a message decides whether it came before [P4]. */
export type ReplayEntry = {
  /** Who looks: `gatekeeper`, `backend`, a VIN. Each has seen its own messages. */
  readonly receiver: string;
  /** Who counts `seq`, as the message names itself; empty for one that does not. */
  readonly sender: string;
  readonly vin: string;
  /**
   * `seq` is compared within one kind only: MQTT keeps the order of one topic and QoS, so that a
   * QoS 2 command may rightly arrive behind a firmware block sent after it.
   */
  readonly kind: MessageKind;
  readonly messageId?: string | undefined;
  readonly seq?: number | undefined;
  /** Of the payload, so that a repetition and an altered message are told apart. */
  readonly digest: string;
  /** The message's own `expires`: it is remembered at least that long, then [P5] refuses it. */
  readonly expires?: string | undefined;
};

export type ReplayCheck =
  | { readonly kind: 'fresh' }
  | {
      readonly kind: 'replayed';
      /** `same`: the very message again; `altered`: its id with other content; `seq`: out of order. */
      readonly cause: 'same' | 'altered' | 'seq';
      readonly detail: string;
    };

/** [P4] Remembers what was answered. A receiver judges one message at a time. */
export type ReplayGuard = {
  /** Changes nothing, so that a message whose handling was cut short is fresh once more. */
  check(entry: ReplayEntry): ReplayCheck;
  /** Durable before it returns. Call it once the answer is; twice does no harm. */
  remember(entry: ReplayEntry): void;
};

/** A message without `expires` could come back whenever; its `seq` still tells after this. */
const KEEP_MS = 7 * 24 * 3_600_000;
/** Clocks of sender and receiver may differ by this much without a gap opening. */
const CLOCK_SLACK_MS = 3_600_000;
/** The longest `expires` that Compose offers; a stranger's year 9999 is not kept for. */
const KEEP_LIMIT_MS = 366 * 24 * 3_600_000;

export function createReplayGuard(
  db: DatabaseSync,
  { clock = systemClock }: { clock?: Clock } = {},
): ReplayGuard {
  prepareTables(db);
  const digestOf = prepared(
    db,
    'SELECT digest FROM seen_message WHERE receiver = ? AND sender = ? AND vin = ? AND message_id = ?',
  );
  const highestOf = prepared(
    db,
    'SELECT highest FROM seen_seq WHERE receiver = ? AND sender = ? AND vin = ? AND kind = ?',
  );
  const insert = prepared(
    db,
    `INSERT INTO seen_message (receiver, sender, vin, message_id, digest, keep_until)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const raise = prepared(
    db,
    `INSERT INTO seen_seq (receiver, sender, vin, kind, highest) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET highest = max(highest, excluded.highest)`,
  );
  const prune = prepared(db, 'DELETE FROM seen_message WHERE keep_until < ?');

  const store = (entry: ReplayEntry): void => {
    const { receiver, sender, vin, kind, messageId, seq, digest } = entry;
    const now = clock.now();
    prune.run(now);
    if (messageId !== undefined) {
      insert.run(receiver, sender, vin, messageId, digest, keepUntil(entry.expires, now));
    }
    if (seq !== undefined) raise.run(receiver, sender, vin, kind, seq);
  };

  return {
    check: ({ receiver, sender, vin, kind, messageId, seq, digest }) => {
      if (messageId !== undefined) {
        const seen = digestOf.get(receiver, sender, vin, messageId)?.['digest'];
        if (seen !== undefined) return seenBefore(messageId, seen === digest);
      }
      const highest = highestOf.get(receiver, sender, vin, kind)?.['highest'];
      if (seq !== undefined && typeof highest === 'number' && seq <= highest) {
        const detail = `${sender} sent ${kind} ${String(seq)} after ${String(highest)}`;
        return { kind: 'replayed', cause: 'seq', detail };
      }
      return { kind: 'fresh' };
    },
    remember: (entry) => {
      // The caller may store its answer and this in one transaction of its own.
      if (db.isTransaction) store(entry);
      else
        inTransaction(db, () => {
          store(entry);
        });
    },
  };
}

function seenBefore(messageId: string, same: boolean): ReplayCheck {
  return same
    ? { kind: 'replayed', cause: 'same', detail: `message ${messageId} was answered before` }
    : {
        kind: 'replayed',
        cause: 'altered',
        detail: `message ${messageId} was answered before with other content`,
      };
}

function keepUntil(expires: string | undefined, now: number): number {
  const end = expires === undefined ? now : Date.parse(expires) + CLOCK_SLACK_MS;
  return Math.min(Math.max(end, now + KEEP_MS), now + KEEP_LIMIT_MS);
}
