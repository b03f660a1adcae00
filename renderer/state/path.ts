import type { SignatureMark, UpdateStage, UpdateStep, UpdateView } from '#core/contract';
import { t } from '../i18n/index.ts';

/** One stop on an update's way, as the stepper draws it. */
export type Stop = {
  stage: UpdateStage;
  state: 'done' | 'current' | 'todo' | 'skipped' | 'stopped';
  /** When it was reached. */
  at: number | null;
  detail: string;
  signature: SignatureMark | null;
};

const FORWARD: readonly UpdateStage[] = [
  'issued',
  'available',
  'acknowledged',
  'downloading',
  'installing',
  'finalizing',
  'completed',
];
const BACK: readonly UpdateStage[] = ['issued', 'rolling_back', 'rolled_back'];
const ENDS: ReadonlySet<UpdateStage> = new Set([
  'completed',
  'refused',
  'failed',
  'cancelled',
  'rolled_back',
]);

export function hasEnded(update: UpdateView): boolean {
  return ENDS.has(update.stage);
}

/** The ECU it is for, or how many. */
export function whatOf(update: UpdateView): string {
  return update.members.length === 0
    ? update.ecuId
    : t('ui:ecus', { count: update.members.length });
}

/** True for an update that a rollback command began, not a release. */
export function isRollback(update: UpdateView): boolean {
  const visited = update.steps.map((step) => step.stage);
  if (visited.includes('rolling_back') || visited.includes('rolled_back')) {
    return !visited.some((stage) => stage === 'available' || stage === 'acknowledged');
  }
  return update.releaseId === null && !update.foreign;
}

/**
 * The stops of an update: those behind it, the one it is at, those still to come. Where it left
 * the straight way (refused, failed, cancelled, rolled back), what is no longer to come is left out.
 */
export function stopsOf(update: UpdateView): Stop[] {
  // The first step of a stage began it; later ones are notes.
  const visited = new Map(update.steps.toReversed().map((step) => [step.stage, step]));
  const road = isRollback(update) ? BACK : FORWARD;
  const reached = road.findLastIndex((stage) => visited.has(stage) || stage === update.stage);
  const detours = update.steps
    .map((step) => step.stage)
    .filter((stage, index, all) => !road.includes(stage) && all.indexOf(stage) === index)
    .filter((stage) => stage !== 'queued' || update.stage === 'queued');
  if (!road.includes(update.stage) && !detours.includes(update.stage)) detours.push(update.stage);

  const queued = detours.includes('queued');
  const left = detours.some((stage) => stage !== 'queued');
  const order = left
    ? [...road.slice(0, reached + 1), ...detours]
    : queued
      ? ['queued' as const, ...road]
      : road;

  return order.map((stage) => {
    const step = visited.get(stage);
    return {
      stage,
      state: stateOf(stage, update, step !== undefined, order),
      at: step?.at ?? null,
      detail: step?.detail ?? '',
      signature: step ? markOf(update, step) : null,
    };
  });
}

function stateOf(
  stage: UpdateStage,
  update: UpdateView,
  wasVisited: boolean,
  order: readonly UpdateStage[],
): Stop['state'] {
  if (stage === 'refused' || stage === 'failed' || stage === 'cancelled') return 'stopped';
  if (stage === update.stage) return hasEnded(update) ? 'done' : 'current';
  if (order.indexOf(stage) > order.indexOf(update.stage)) return 'todo';
  // A short script may jump from `available` to `completed`.
  return wasVisited ? 'done' : 'skipped';
}

/**
 * The mark to show for a step; null for what this bench sent itself, where there was no signature
 * of anybody else to check.
 */
export function markOf(update: UpdateView, step: UpdateStep): SignatureMark | null {
  const sentHere = !update.foreign && (step.stage === 'queued' || step.stage === 'issued');
  return sentHere && step.signature === 'unchecked' ? null : step.signature;
}

export type Place = 'backend' | 'gatekeeper' | 'dcu' | 'ecu';

/** Where in the pipeline an update is now, or where it ended. */
export function placeOf(update: UpdateView): Place {
  const visited = update.steps.map((step) => step.stage);
  switch (update.stage) {
    case 'queued':
      return 'backend';
    case 'issued':
      return 'gatekeeper';
    case 'refused':
      return visited.includes('available') ? 'dcu' : 'gatekeeper';
    case 'available':
    case 'acknowledged':
    case 'downloading':
      return 'dcu';
    case 'failed':
    case 'cancelled':
      return visited.includes('installing') || visited.includes('rolling_back') ? 'ecu' : 'dcu';
    case 'installing':
    case 'finalizing':
    case 'completed':
    case 'rolling_back':
    case 'rolled_back':
      return 'ecu';
  }
}
