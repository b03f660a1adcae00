import type { BenchView, GuidedCheck, GuidedItem, UpdateView, VehicleView } from '#core/contract';
import { hasEnded } from './path.ts';

export const guidedSteps = [
  'vehicle',
  'installed',
  'releases',
  'checks',
  'confirm',
  'progress',
  'result',
  'report',
] as const;
export type GuidedStep = (typeof guidedSteps)[number];

/** One vehicle's way through the guided update. */
export type GuidedRun = {
  operator: string;
  order: string;
  purpose: string;
  /** For the report, as far as they are written. */
  remarks: string;
  vin: string | null;
  chosen: readonly GuidedItem[];
  /** Under which it is started: once, however often the button is pressed. */
  startId: string | null;
  updateId: string | null;
  /** Of the report. */
  sessionId: string | null;
  reportId: string | null;
};

export const freshRun: GuidedRun = {
  ...{ operator: '', order: '', purpose: '', remarks: '', vin: null, chosen: [] },
  ...{ startId: null, updateId: null, sessionId: null, reportId: null },
};

/** The step to show: the one that the address names, unless something it needs is missing. */
export function stepFor(
  run: GuidedRun,
  wanted: string | null,
  update: UpdateView | null,
): GuidedStep {
  const step = guidedSteps.find((each) => each === wanted) ?? null;
  if (run.updateId !== null) {
    if (update === null || !hasEnded(update)) return 'progress';
    // Back from the end would only lead to what is over.
    return step === 'report' ? 'report' : 'result';
  }
  if (run.vin === null || step === null || step === 'vehicle') return 'vehicle';
  if (step === 'installed' || step === 'releases') return step;
  if (run.chosen.length === 0) return 'releases';
  return step === 'checks' ? 'checks' : 'confirm';
}

/** What an update does now, in the words of somebody who stands beside the vehicle. */
export type GuidedPhase =
  | 'sending'
  | 'offered'
  | 'accepted'
  | 'downloading'
  | 'installing'
  | 'testing'
  | 'returning'
  | 'over';

export function phaseOf(update: UpdateView): GuidedPhase {
  switch (update.stage) {
    case 'queued':
    case 'issued':
      return 'sending';
    case 'available':
      return 'offered';
    case 'acknowledged':
      return 'accepted';
    case 'downloading':
    case 'installing':
      return update.stage;
    case 'finalizing':
      return 'testing';
    case 'rolling_back':
      return 'returning';
    case 'completed':
    case 'refused':
    case 'failed':
    case 'cancelled':
    case 'rolled_back':
      return 'over';
  }
}

/** What keeps an update from going on, or might. */
export type Situation =
  | { kind: 'going' }
  /** This window does not reach the bench. */
  | { kind: 'windowLost' }
  | { kind: 'brokerOff' }
  | { kind: 'backendOff' }
  | { kind: 'stopped' }
  | { kind: 'offline' }
  | { kind: 'asking' }
  | { kind: 'held' }
  | { kind: 'condition'; check: GuidedCheck }
  /** Everything seems well, and nothing is heard. */
  | { kind: 'silent' };

/** With nothing new for longer somebody should look. */
const SILENT_MS = 30_000;

/** The first of what is in the way, the most basic first. */
export function situationOf(its: {
  connected: boolean;
  bench: BenchView | null;
  vehicle: VehicleView | null;
  update: UpdateView;
  /** Conditions that do not hold. */
  unmet: readonly GuidedCheck[];
  /** Since anything of the update changed. */
  quietMs: number;
}): Situation {
  const { bench, vehicle, update } = its;
  if (!its.connected) return { kind: 'windowLost' };
  if (bench !== null && bench.roles.broker.kind !== 'on') return { kind: 'brokerOff' };
  if (bench !== null && bench.roles.backend.kind !== 'on') return { kind: 'backendOff' };
  if (vehicle?.fault) return { kind: 'stopped' };
  if (vehicle !== null && !vehicle.online) return { kind: 'offline' };
  if (update.waiting === 'confirmation') return { kind: 'asking' };
  if (update.paused) return { kind: 'held' };
  const [check] = its.unmet;
  if (check !== undefined) return { kind: 'condition', check };
  return its.quietMs > SILENT_MS ? { kind: 'silent' } : { kind: 'going' };
}

export type Outcome = 'success' | 'refused' | 'rolledBack' | 'failed' | 'cancelled';

export function outcomeOf(update: UpdateView): Outcome {
  switch (update.stage) {
    case 'completed':
      return 'success';
    case 'refused':
      return 'refused';
    case 'cancelled':
      return 'cancelled';
    case 'rolled_back':
      return 'rolledBack';
    default:
      return 'failed';
  }
}

/** Whether an ECU can be relied on, in one word. */
export type Health = 'good' | 'busy' | 'trial' | 'bad' | 'unknown';

export function healthOf(vehicle: VehicleView, ecuId: string): Health {
  const ecu = vehicle.ecus.find((each) => each.ecuId === ecuId);
  const active = ecu?.banks.find(({ bank }) => bank === ecu.activeBank);
  if (ecu === undefined || active === undefined) return 'unknown';
  if (ecu.activity !== 'idle') return 'busy';
  if (active.state === 'active') return 'good';
  return active.state === 'pending' ? 'trial' : 'bad';
}

/** The update that runs on a vehicle, if any. */
export function runningOn(vin: string, updates: readonly UpdateView[]): UpdateView | null {
  return updates.find((each) => each.vin === vin && !hasEnded(each)) ?? null;
}
