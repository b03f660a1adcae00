import type { SignatureMark, UpdateStage, UpdateStep, UpdateView } from '#core/contract';
import { unreachable, type Refusal } from '#core/ports';
import type { Acknowledgment, Progress, Status } from '#core/protocol';
import { endMembers, shareDone, stageOfWhole, tellMember } from './members.ts';

/** One update as the backend keeps it. */
export type UpdateState = UpdateView & {
  /** False for a rollback commanded on its own. */
  readonly installs: boolean;
  /** [D8] Of each member, in their order; none for an update of one ECU. */
  readonly releases: readonly string[];
};

type Reason = { code: string; detail: string; next?: string | undefined };

export type UpdateEvent = { at: number; mark: SignatureMark; kid?: string | null } & (
  | { kind: 'sent' }
  | { kind: 'not_sent'; refusal: Refusal }
  | { kind: 'status'; status: Status['status']; reason?: Reason | undefined }
  | {
      kind: 'acknowledgment';
      acknowledgment: Acknowledgment['acknowledgment'];
      reason?: Reason | undefined;
    }
  | {
      kind: 'progress';
      status: Progress['status'];
      progress: number;
      /** The vehicle holds the download until it is told to resume. */
      paused?: boolean | undefined;
      /** What the vehicle waits for. */
      waits?: UpdateView['waiting'] | undefined;
      /** Null: about the update as a whole. */
      ecuId?: string | null | undefined;
      reason?: Reason | undefined;
    }
  /** Says something about a command, and about the update only that it goes on as it was. */
  | { kind: 'command_refused'; command: string; reason?: Reason | undefined }
);

/** Why an event left the state as it was. */
export type IgnoredWhy =
  /** Says what is already known. */
  | 'DUPLICATE'
  /** Belongs to a stage the update has left behind. */
  | 'LATE'
  /** Lower progress than the same stage already reported. */
  | 'BACKWARDS'
  /** The update has ended, and this is no rollback of it. */
  | 'ENDED'
  /** It has as many steps as are kept. */
  | 'FULL';

export type UpdateEffect = { kind: 'store' } | { kind: 'ignore'; why: IgnoredWhy };
export type Step = { state: UpdateState; effects: readonly UpdateEffect[] };

/** Place of each stage on the way; a stage is only left for a later one. */
const ORDER: Record<UpdateStage, number> = {
  queued: 0,
  issued: 1,
  available: 2,
  acknowledged: 3,
  downloading: 4,
  installing: 5,
  finalizing: 6,
  completed: 7,
  refused: 8,
  cancelled: 8,
  failed: 8,
  rolling_back: 9,
  rolled_back: 10,
};

/** Steps kept: a command refused over and over must not make the record grow without end. */
const STEPS_LIMIT = 100;

const ENDED: ReadonlySet<UpdateStage> = new Set<UpdateStage>([
  'completed',
  'refused',
  'cancelled',
  'failed',
  'rolled_back',
]);

/** Ended stages that a vehicle may still take back: it had written, or it was done [D5] [D8]. */
const MAY_ROLL_BACK: ReadonlySet<UpdateStage> = new Set<UpdateStage>(['completed', 'failed']);

export function hasEnded(stage: UpdateStage): boolean {
  return ENDED.has(stage);
}

/** Messages arrive late, twice and out of order; the state only ever moves along {@link ORDER}. */
export function step(state: UpdateState, event: UpdateEvent): Step {
  switch (event.kind) {
    case 'sent':
      return state.stage === 'queued' ? enter(state, event, 'issued', 'delivered') : late(state);
    case 'not_sent':
      // A PUBACK can be lost after delivery: whoever has gone on has disproved the failure.
      return ORDER[state.stage] > ORDER.issued
        ? late(state)
        : end(state, event, 'failed', event.refusal);
    case 'status':
      return onStatus(state, event);
    case 'acknowledgment':
      return onAcknowledgment(state, event);
    case 'progress':
      return state.members.length > 0 ? onGroupProgress(state, event) : onProgress(state, event);
    case 'command_refused':
      return onCommandRefused(state, event);
    default:
      return unreachable(event);
  }
}

function onStatus(state: UpdateState, event: UpdateEvent & { kind: 'status' }): Step {
  if (event.status === 'Available') {
    if (state.stage === 'available') return ignore(state, 'DUPLICATE');
    return ORDER[state.stage] < ORDER.available
      ? enter(state, event, 'available', 'the gatekeeper offers it to the vehicle')
      : late(state);
  }
  // A second copy of the issue is refused as replayed; it says nothing about the first copy.
  // Nor does any refusal once the vehicle has taken the update up.
  const over = event.reason?.code === 'REPLAYED' ? ORDER.issued : ORDER.available;
  if (ORDER[state.stage] > over) return late(state);
  return end(state, event, 'refused', refusalOf(event.reason, `${event.status} by the gatekeeper`));
}

function onAcknowledgment(
  state: UpdateState,
  event: UpdateEvent & { kind: 'acknowledgment' },
): Step {
  if (event.acknowledgment === 'Acknowledged') {
    if (state.stage === 'acknowledged') return ignore(state, 'DUPLICATE');
    return ORDER[state.stage] < ORDER.acknowledged
      ? enter(state, event, 'acknowledged', 'the vehicle takes it')
      : late(state);
  }
  if (ORDER[state.stage] > ORDER.acknowledged) return late(state);
  return end(state, event, 'refused', refusalOf(event.reason, 'refused by the vehicle'));
}

function onCommandRefused(
  state: UpdateState,
  event: UpdateEvent & { kind: 'command_refused' },
): Step {
  const { code, reason, next } = refusalOf(event.reason, 'refused by the vehicle');
  // A rollback is its command. A replayed copy of it says nothing about the first.
  const begins = event.command === 'rollback' && !state.installs && code !== 'REPLAYED';
  if (begins && ORDER[state.stage] <= ORDER.issued) {
    return end(state, event, 'refused', { code, reason, next });
  }
  if (hasEnded(state.stage)) return ignore(state, 'ENDED');
  if (state.steps.length >= STEPS_LIMIT) return ignore(state, 'FULL');
  const command = event.command === '' ? 'a command' : `“${event.command}”`;
  const detail = `the vehicle refused ${command}: ${code}: ${reason}`;
  const steps = [...state.steps, stepOf(event, state.stage, detail)];
  return { state: { ...state, steps }, effects: [{ kind: 'store' }] };
}

/** [D8] What one ECU says moves that one; only what is said of the whole ends the update. */
function onGroupProgress(state: UpdateState, event: UpdateEvent & { kind: 'progress' }): Step {
  const { ecuId = null, status, progress } = event;
  if (ecuId === null) {
    const ended = onProgress(state, event);
    const { stage, members } = ended.state;
    if (ended.effects[0]?.kind === 'ignore' || !hasEnded(stage)) return ended;
    return { ...ended, state: { ...ended.state, members: endMembers(members, stage) } };
  }
  if (hasEnded(state.stage)) return ignore(state, 'ENDED');
  const refusal = event.reason ? refusalOf(event.reason, 'failed on the vehicle') : null;
  const told = tellMember(state.members, { ecuId, status, progress, refusal });
  const stage = stageOfWhole(status);
  const isNext = stage !== null && ORDER[stage] > ORDER[state.stage];
  const moved: UpdateState = {
    ...state,
    ...(told === null ? {} : { members: told.members, progress: shareDone(told.members) }),
  };
  const because = event.reason ? `, ${event.reason.code}: ${event.reason.detail}` : '';
  const detail = `${ecuId}: ${status}${because}`;
  if (isNext) return enter(moved, event, stage, detail);
  const paused = holds(event);
  const waiting = waitsFor(event);
  if (told === null && paused === state.paused && waiting === state.waiting) {
    return late(state);
  }
  if (told?.entered !== true || state.steps.length >= STEPS_LIMIT) {
    return { state: { ...moved, paused, waiting }, effects: [{ kind: 'store' }] };
  }
  return enter(moved, event, state.stage, detail);
}

function onProgress(state: UpdateState, event: UpdateEvent & { kind: 'progress' }): Step {
  const stage = event.status;
  if (stage === state.stage) return sameStage(state, event);
  if (hasEnded(state.stage)) {
    const takesBack = stage === 'rolling_back' || stage === 'rolled_back';
    if (!takesBack || !MAY_ROLL_BACK.has(state.stage) || !state.installs) {
      return ignore(state, 'ENDED');
    }
  }
  switch (stage) {
    case 'cancelled':
      // Somebody wanted it so: that is no refusal.
      return enter(state, event, stage, event.reason?.detail ?? 'cancelled on the vehicle');
    case 'failed':
      // Also from rolling_back: a vehicle may fail to go back.
      return end(state, event, stage, refusalOf(event.reason, 'failed on the vehicle'));
    case 'completed':
      if (ORDER[state.stage] > ORDER.completed) return late(state);
      return enter({ ...state, progress: 100 }, event, stage, reported(event));
    case 'rolled_back':
      return enter({ ...wentBack(state, event), progress: 100 }, event, stage, reported(event));
    case 'downloading':
    case 'installing':
    case 'finalizing':
      if (ORDER[state.stage] > ORDER[stage]) return late(state);
      return enter({ ...state, progress: event.progress }, event, stage, reported(event));
    case 'rolling_back':
      if (ORDER[state.stage] > ORDER[stage]) return late(state);
      return enter(
        { ...wentBack(state, event), progress: event.progress },
        event,
        stage,
        reported(event),
      );
    default:
      return unreachable(stage);
  }
}

/** Why it goes back; one that was asked for carries no reason. */
function wentBack(state: UpdateState, event: UpdateEvent & { kind: 'progress' }): UpdateState {
  if (state.refusal || !event.reason) return state;
  return { ...state, refusal: refusalOf(event.reason, 'rolled back by the vehicle') };
}

/** Within a stage progress only rises; it adds no step, so that a long download stays one line. */
function sameStage(state: UpdateState, event: UpdateEvent & { kind: 'progress' }): Step {
  if (hasEnded(state.stage)) return ignore(state, 'DUPLICATE');
  const paused = holds(event);
  const waiting = waitsFor(event);
  const progress = Math.max(state.progress, event.progress);
  const standing = paused === state.paused && waiting === state.waiting;
  if (standing && progress === state.progress) {
    return ignore(state, event.progress < progress ? 'BACKWARDS' : 'DUPLICATE');
  }
  return { state: { ...state, progress, paused, waiting }, effects: [{ kind: 'store' }] };
}

/** Only a download or a write can be held. */
function holds({ status, paused }: UpdateEvent & { kind: 'progress' }): boolean {
  return (status === 'downloading' || status === 'installing') && paused === true;
}

/** A technician is asked between the download and the first write. */
function waitsFor(event: UpdateEvent & { kind: 'progress' }): UpdateView['waiting'] {
  return event.status === 'downloading' ? (event.waits ?? null) : null;
}

function stepOf(event: UpdateEvent, stage: UpdateStage, detail: string): UpdateStep {
  const { at, mark: signature, kid = null } = event;
  return { stage, at, detail, signature, by: senderOf(event), ...(kid === null ? {} : { kid }) };
}

function senderOf({ kind }: UpdateEvent): UpdateStep['by'] {
  if (kind === 'sent' || kind === 'not_sent') return 'backend';
  return kind === 'status' ? 'gatekeeper' : 'vehicle';
}

/** Every stage begins under way; `paused` is what the event that begins it says. */
function enter(state: UpdateState, event: UpdateEvent, stage: UpdateStage, detail: string): Step {
  const steps = [...state.steps, stepOf(event, stage, detail)];
  const told = event.kind === 'progress' ? event : null;
  const paused = told !== null && holds(told);
  const waiting = told && waitsFor(told);
  return { state: { ...state, stage, steps, paused, waiting }, effects: [{ kind: 'store' }] };
}

function end(state: UpdateState, event: UpdateEvent, stage: UpdateStage, refusal: Refusal): Step {
  if (hasEnded(state.stage)) {
    return ignore(state, stage === state.stage ? 'DUPLICATE' : 'ENDED');
  }
  const { code, reason, next } = refusal;
  return enter({ ...state, refusal: { code, reason, next } }, event, stage, `${code}: ${reason}`);
}

function late(state: UpdateState): Step {
  return ignore(state, hasEnded(state.stage) ? 'ENDED' : 'LATE');
}

function ignore(state: UpdateState, why: IgnoredWhy): Step {
  return { state, effects: [{ kind: 'ignore', why }] };
}

function reported(event: UpdateEvent & { kind: 'progress' }): string {
  const percent = `reported at ${String(event.progress)} %`;
  return event.reason ? `${percent}, ${event.reason.code}: ${event.reason.detail}` : percent;
}

function refusalOf(reason: Reason | undefined, otherwise: string): Refusal {
  return {
    code: reason?.code ?? 'NO_REASON_GIVEN',
    reason: reason?.detail ?? otherwise,
    next:
      reason?.next ??
      'Look the code up in docs/PROTOCOL.md, mend what disagrees and publish again.',
  };
}
