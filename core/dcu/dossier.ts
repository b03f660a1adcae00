import type {
  EcuEvidence,
  RollbackAction,
  RollbackCheck,
  RollbackOrigin,
  RollbackOutcome,
} from '#core/protocol';
import type { Why } from './errors.ts';
import type { Rollback } from './events.ts';
import type { ProvenOutcome } from './outcome.ts';

/** What is gathered while a rollback runs, for its verdict. */
export type Dossier = {
  readonly origin: RollbackOrigin;
  /** Null: the vehicle itself. */
  readonly askedBy: string | null;
  /** Wall clock, ms; null when the journal does not tell. */
  readonly requestedAt: number | null;
  readonly checks: readonly RollbackCheck[];
  /** Null until it was measured. */
  readonly before: EcuEvidence | null;
  readonly action: RollbackAction;
  /** Hands were laid on the ECU, although `action` may say that nothing came of it. */
  readonly stage?: 'tried';
  /** Why it was wanted, where it was not by command. */
  readonly why: Why | null;
};

/** The verdict but for what the vehicle's voice adds to it. */
export type Finding = Omit<Dossier, 'why' | 'stage'> & {
  /** Which of the rollbacks that an update can lead to: see `verdictIdOf`. */
  readonly kind: 'update' | 'group' | 'command' | 'turnedAway';
  readonly inReplyTo: string | null;
  readonly endedAt: number | null;
  readonly outcome: RollbackOutcome;
  readonly reason: Why;
  readonly after: EcuEvidence | null;
};

/** Of a rollback that follows from an update's failure. */
export function dossierOfFailure(
  origin: 'failure' | 'watchdog',
  why: Why,
  at: number | undefined,
): Dossier {
  return {
    origin,
    askedBy: null,
    requestedAt: at ?? null,
    checks: [{ check: 'update', passed: false, detail: `${why.code}: ${why.detail}` }],
    before: null,
    // Until it happened: a way back may fail.
    action: 'none',
    why,
  };
}

/** Of the way back of an ECU whose only bank was being written when the update was cancelled. */
export function dossierOfCancel(event: {
  readonly askedBy?: string | undefined;
  readonly at?: number | undefined;
}): Dossier {
  return {
    origin: 'technician',
    askedBy: event.askedBy ?? null,
    requestedAt: event.at ?? null,
    checks: [{ check: 'update', passed: false, detail: CANCELLED.detail }],
    before: null,
    action: 'none',
    why: CANCELLED,
  };
}

const CANCELLED: Why = {
  code: 'CANCELLED',
  detail: 'the update was cancelled while the only bank was written',
};

export function withChecks(
  dossier: Dossier,
  { checks = [] }: { readonly checks?: readonly RollbackCheck[] | undefined },
): Dossier {
  return checks.length === 0 ? dossier : { ...dossier, checks: [...dossier.checks, ...checks] };
}

/** Of a rollback that was commanded, or that a group's failure asks for. */
export function dossierOf(rollback: Rollback, at: number | undefined): Dossier {
  const { origin = 'technician', askedBy = null, proven, because = null } = rollback;
  const asked: readonly RollbackCheck[] =
    because === null
      ? [
          { check: 'command', passed: true, detail: believed(proven) },
          { check: 'idle', passed: true, detail: 'nothing else was under way' },
        ]
      : [{ check: 'group', passed: false, detail: `${because.code}: ${because.detail}` }];
  return {
    origin,
    askedBy,
    requestedAt: at ?? null,
    checks: asked,
    before: null,
    action: 'none',
    why: because,
  };
}

/** Why a rollback went as it did, in one code: docs/PROTOCOL.md, “Rollback”. */
export function findingOf(
  job: { readonly kind: 'update' } | { readonly kind: 'rollback'; readonly rollback: Rollback },
  dossier: Dossier,
  outcome: ProvenOutcome,
  after: { readonly evidence: EcuEvidence | null; readonly at: number | undefined },
): Finding {
  const { why, stage, ...gathered } = dossier;
  const { kind } = outcome;
  // What was tried in vain, or an update that could not go back, is no refusal: it was touched.
  const untouched = job.kind === 'rollback' && stage === undefined && dossier.action === 'none';
  const refused = kind === 'failed' && untouched;
  return {
    ...gathered,
    kind: job.kind === 'update' ? 'update' : why === null ? 'command' : 'group',
    inReplyTo: null,
    endedAt: after.at ?? null,
    outcome: kind !== 'failed' ? 'rolled_back' : refused ? 'refused' : 'failed',
    reason: outcome.kind === 'failed' ? outcome.why : (why ?? asCommanded(dossier)),
    after: after.evidence,
  };
}

function asCommanded({ origin, askedBy }: Dossier): Why {
  const by = askedBy === null ? '' : `, asked for by ${askedBy}`;
  return origin === 'campaign'
    ? { code: 'CAMPAIGN', detail: `a campaign took it back${by}` }
    : { code: 'COMMANDED', detail: `a command asked for it${by}` };
}

export function believed(proven: boolean | undefined): string {
  return proven === false
    ? 'accepted although no signature vouches for it, as the policy has it'
    : 'signed by a backend key, for this vehicle, in time, and new';
}
