import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log, Random } from '#core/ports';
import { encodePayload, qosOf, retainOf, type Topics } from '#core/protocol';
import type { Catalogue } from '#core/catalogue';
import { createOutbox, type Incoming, type Link } from '#core/link';
import {
  createReplayGuard,
  nextSeq,
  verifyObject,
  type Algorithm,
  type KeyRing,
  type Policy,
  type ReplayEntry,
  type SigningKey,
} from '#core/signing';
import { inTransaction } from '#core/storage';
import { createFleet } from './fleet.ts';
import { judgeIssue } from './judge.ts';
import type { Arrival } from './judge-types.ts';
import { replayEntry } from './replay-entry.ts';
import { composeStatus, GATEKEEPER } from './status.ts';
import { createThrottle } from './throttle.ts';
import type { GateRule, GateVerdict } from './verdict.ts';

export type GatekeeperOptions = {
  readonly db: DatabaseSync;
  readonly link: Link;
  readonly topics: Topics;
  readonly catalogue: Pick<Catalogue, 'release' | 'releaseByVersion' | 'verifyImage'>;
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly algorithms: readonly Algorithm[];
  readonly signer: SigningKey;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

export interface Gatekeeper {
  /** Every verdict, answered or not (`answered` is false for a redelivery or a throttled refusal). */
  onVerdict(listener: (verdict: GateVerdict, answered: boolean) => void): () => void;
  close(): Promise<void>;
}

/** Rules whose failure proves nothing about the sender: their answers are rated. */
const UNPROVEN: ReadonlySet<GateRule> = new Set<GateRule>(['G1', 'G2', 'G3', 'G5']);

/**
 * Answers every `issue_details` on `status`. Resolves once subscribed. It reads only
 * `issue_details` and `inventory`, so that it never hears itself.
 */
export async function startGatekeeper(options: GatekeeperOptions): Promise<Gatekeeper> {
  const { db, link, topics, catalogue, keys, policy, algorithms, signer, clock, random, log } =
    options;
  const replay = createReplayGuard(db, { clock });
  const fleet = createFleet({ db, keys, policy, algorithms, replay, clock, log });
  const outbox = createOutbox({ db, link, clock, log });
  const throttle = createThrottle(clock);
  const listeners = new Set<(verdict: GateVerdict, answered: boolean) => void>();

  const judge = (arrival: Arrival, remembered: { entry: ReplayEntry | null }) =>
    judgeIssue(arrival, {
      policy,
      now: clock.now(),
      newUpdateId: () => random.uuid(),
      verify: (object, { typ, use }) => verifyObject(object, { typ, use, algorithms, keys }),
      seen: (issue, { vin, payload }, mark) => {
        remembered.entry = replayEntry('issue_details', vin, issue, payload, mark);
        return replay.check(remembered.entry);
      },
      catalogue,
      ecus: (vin) => fleet.ecus(vin),
    });

  /** The PUBACK waits for this: a kill before the end has the broker deliver again. */
  const onIssue = async (arrival: Arrival): Promise<void> => {
    const remembered: { entry: ReplayEntry | null } = { entry: null };
    const verdict = await judge(arrival, remembered);
    const answered =
      verdict.kind !== 'repeated' && (!isRated(verdict) || throttle.allow(arrival.vin));
    if (answered) await answer(verdict, isSettled(verdict) ? remembered.entry : null);
    else log('info', 'issue_details not answered', { vin: arrival.vin, verdict: verdict.kind });
    for (const listener of listeners) listener(verdict, answered);
  };

  const answer = async (
    verdict: Exclude<GateVerdict, { kind: 'repeated' }>,
    entry: ReplayEntry | null,
  ): Promise<void> => {
    const { vin } = verdict.subject;
    // Above what vehicles remember, even when this workspace is new and they are not.
    const seq = nextSeq(db, GATEKEEPER, vin, clock.now());
    const status = await composeStatus(verdict, { signer, seq, clock, random });
    // One commit: an issue counts as answered exactly when its answer is sure to go out.
    inTransaction(db, () => {
      if (entry !== null) replay.remember(entry);
      outbox.enqueue({
        key: `gatekeeper:${String(status.messageId)}`,
        topic: topics.of('status', vin),
        payload: encodePayload(status),
        qos: qosOf('status'),
        retain: retainOf('status'),
      });
    });
  };

  const onMessage = async (message: Incoming): Promise<void> => {
    const address = topics.parse(message.topic);
    const { payload, retain, dup } = message;
    if (address?.kind === 'inventory') await fleet.hear(address.vin, payload);
    if (address?.kind === 'issue_details') {
      await onIssue({ vin: address.vin, payload, retain, dup });
    }
  };

  const unlisten = link.onMessage(onMessage);
  const close = async (): Promise<void> => {
    unlisten();
    listeners.clear();
    await outbox.close();
  };
  try {
    await link.subscribe(topics.filter('inventory'), qosOf('inventory'));
    await link.subscribe(topics.filter('issue_details'), qosOf('issue_details'));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    onVerdict(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}

function isRated(verdict: GateVerdict): boolean {
  return verdict.kind === 'refused' && UNPROVEN.has(verdict.rule);
}

/** Past [G5] the message itself has been dealt with, whichever way it went. */
function isSettled(verdict: GateVerdict): boolean {
  return (
    verdict.kind === 'passed' ||
    (verdict.kind === 'refused' && !UNPROVEN.has(verdict.rule) && verdict.rule !== 'G4')
  );
}
