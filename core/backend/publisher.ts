import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#core/ports';
import { qosOf, retainOf } from '#core/protocol';
import type { Catalogue } from '#core/catalogue';
import type { Outbox, OutboxResult } from '#core/link';
import { inTransaction } from '#core/storage';
import type { Composition } from './compose.ts';
import { BackendError } from './errors.ts';
import type { Updates } from './updates.ts';

/** A person decides within this time; later the installed counter may have moved on. */
const COMPOSED_LIFETIME_MS = 15 * 60_000;
/** Undecided ones held, at up to 64 KiB each. */
const COMPOSED_HELD = 100;

export type Publisher = {
  hold(composition: Composition): void;
  /** Stores release, update and message in one commit; the outbox then delivers. */
  publish(composedId: string): string;
  /** Takes up what happened to messages while we were away. */
  catchUp(): void;
};

export function createPublisher(deps: {
  db: DatabaseSync;
  clock: Clock;
  catalogue: Pick<Catalogue, 'addRelease'>;
  outbox: Outbox;
  updates: Updates;
}): Publisher {
  const { db, clock, catalogue, outbox, updates } = deps;
  const held = new Map<string, Composition>();

  const take = (composedId: string): Composition => {
    const composition = held.get(composedId);
    if (composition === undefined) {
      throw new BackendError('COMPOSED_UNKNOWN', `nothing composed is called ${composedId}`, {
        next: 'Compose the update again and publish what it then shows.',
      });
    }
    const now = clock.now();
    const until = Math.min(composition.composedAt + COMPOSED_LIFETIME_MS, composition.expiresAt);
    if (now > until) {
      held.delete(composedId);
      throw new BackendError(
        'COMPOSED_EXPIRED',
        `composed at ${new Date(composition.composedAt).toISOString()}, good until ${new Date(until).toISOString()}`,
        { next: 'Compose the update again; its numbers and times are then fresh.' },
      );
    }
    // [P4] A gatekeeper that has seen a later seq would take this one for a replay.
    const last = updates.lastIssueSeq(composition.draft.vin);
    if (composition.seq <= last) {
      held.delete(composedId);
      throw new BackendError(
        'COMPOSED_OVERTAKEN',
        `composed as seq ${String(composition.seq)}, and seq ${String(last)} was published since`,
        { next: 'Compose the update again and publish what it then shows.' },
      );
    }
    return composition;
  };

  const onResult = (result: OutboxResult): void => {
    const updateId = updateOf(result.key);
    if (updateId === null) return;
    const at = clock.now();
    const taken =
      result.kind === 'acknowledged'
        ? // What we sent, we signed.
          updates.apply(updateId, { kind: 'sent', at, mark: 'valid' })
        : updates.apply(updateId, {
            kind: 'not_sent',
            at,
            mark: 'unchecked',
            refusal: why(result),
          });
    if (taken?.effects.some(({ kind }) => kind === 'store')) updates.announce(updateId);
  };
  outbox.onResult(onResult);

  return {
    hold(composition) {
      held.set(composition.composedId, composition);
      const [oldest] = held.keys();
      if (held.size > COMPOSED_HELD && oldest !== undefined) held.delete(oldest);
    },
    publish(composedId) {
      const before = updates.byComposedId(composedId);
      if (before !== null) return before;
      const composition = take(composedId);
      const { updateId, manifests, version, members, draft } = composition;
      inTransaction(db, () => {
        for (const manifest of manifests) catalogue.addRelease(manifest);
        updates.insert(
          {
            updateId,
            ...draft,
            releaseId: composition.releaseId,
            version,
            description: composition.description,
            createdAt: clock.now(),
            stage: 'queued',
            progress: 0,
            paused: false,
            waiting: null,
            steps: [],
            foreign: false,
            members: members.map(({ ecuId, version: to }) => ({
              ...{ ecuId, version: to, stage: 'queued', progress: 0 },
            })),
            releases: members.map(({ releaseId }) => releaseId),
            installs: true,
          },
          { composedId, issueSeq: composition.seq },
        );
        outbox.enqueue({
          key: outboxKey(updateId),
          topic: composition.topic,
          payload: composition.bytes,
          qos: qosOf('issue_details'),
          retain: retainOf('issue_details'),
        });
      });
      held.delete(composedId);
      updates.announce(updateId);
      return updateId;
    },
    catchUp() {
      for (const { stage, updateId } of updates.list()) {
        if (stage !== 'queued') continue;
        const result = outbox.result(outboxKey(updateId));
        if (result !== null && result.kind !== 'waiting') onResult(result);
      }
    },
  };
}

/** The outbox's name for the message that begins an update, be it an issue or a rollback. */
export function outboxKey(updateId: string): string {
  return `update:${updateId}`;
}

function updateOf(key: string): string | null {
  return key.startsWith('update:') ? key.slice('update:'.length) : null;
}

function why(result: { code: string; reason: string }): {
  code: string;
  reason: string;
  next: string;
} {
  const next = 'See the backend link on Bench, mend it and publish again.';
  return { code: result.code, reason: result.reason, next };
}
