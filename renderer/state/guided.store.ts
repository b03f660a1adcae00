import { create } from 'zustand';
import type { GuidedItem, UpdateView } from '#core/contract';
import { freshRun, type GuidedRun, type GuidedStep } from './guided-steps.ts';
import { hasEnded } from './path.ts';
import { showScreen } from './screen.store.ts';

/** This window's run; another window works on another vehicle. */
const RUN = 'ota-bench-guided';
/** Who works here and why, for the next vehicle. */
const PERSON = 'ota-bench-guided-person';
/** Runs with an update, so that a window that was closed half-way finds its own again. */
const OPEN = 'ota-bench-guided-open';
const OPEN_LIMIT = 20;

type GuidedStore = {
  run: GuidedRun;
  /** Somebody asked for another vehicle: an update that still runs is not taken up by itself. */
  declined: boolean;
  /** Where one was, for whoever comes back from another screen. */
  last: GuidedStep | null;
};

export const useGuided = create<GuidedStore>()(() => {
  const kept = read('session', RUN);
  const person = read('local', PERSON);
  return { run: { ...freshRun, ...runOf(person), ...runOf(kept) }, declined: false, last: null };
});

export function goTo(step: GuidedStep, how: 'new' | 'replace' = 'new'): void {
  showScreen('guided', step, how);
}

export function changeRun(change: Partial<GuidedRun>): void {
  const run = { ...useGuided.getState().run, ...change };
  useGuided.setState({ run });
  write('session', RUN, run);
  const { operator, purpose } = run;
  write('local', PERSON, { operator, purpose });
  if (run.updateId === null) return;
  const others = openRuns().filter(({ updateId }) => updateId !== run.updateId);
  write('local', OPEN, [run, ...others].slice(0, OPEN_LIMIT));
}

/** Another vehicle means another choice. */
export function chooseVehicle(vin: string): void {
  const same = useGuided.getState().run.vin === vin;
  changeRun({ vin, ...(same ? {} : { chosen: [], startId: null }) });
}

/** One release for each ECU; chosen again it is put back. */
export function toggleChoice(item: GuidedItem): void {
  const { chosen } = useGuided.getState().run;
  const was = chosen.some(
    ({ releaseId, ecuId }) => releaseId === item.releaseId && ecuId === item.ecuId,
  );
  const others = chosen.filter(({ ecuId }) => ecuId !== item.ecuId);
  changeRun({ chosen: was ? others : [...others, item], startId: null });
}

/** From the start, for the same person; what runs goes on. */
export function startAnew(): void {
  const { operator, purpose, updateId, sessionId } = useGuided.getState().run;
  useGuided.setState({ declined: true });
  // A session in which nothing was done is let go of when the next begins.
  const empty = updateId === null ? sessionId : null;
  changeRun({ ...freshRun, operator, purpose, sessionId: empty });
  goTo('vehicle');
}

/** Follows an update that runs already, whoever started it. */
export function join(update: UpdateView): void {
  const { run } = useGuided.getState();
  const known = openRuns().find(({ updateId }) => updateId === update.updateId);
  const { operator, purpose } = run;
  const { vin, updateId, releaseId, ecuId } = update;
  const chosen = releaseId === null || ecuId === '' ? [] : [{ releaseId, ecuId }];
  changeRun(known ?? { ...freshRun, operator, purpose, vin, updateId, chosen });
  goTo('progress', 'replace');
}

/** The update of a window that was closed half-way. */
export function leftBehind(updates: readonly UpdateView[]): UpdateView | null {
  const ids = new Set(openRuns().map(({ updateId }) => updateId));
  return updates.find((each) => ids.has(each.updateId) && !hasEnded(each)) ?? null;
}

function openRuns(): GuidedRun[] {
  const kept = read('local', OPEN);
  return Array.isArray(kept) ? kept.map((each) => ({ ...freshRun, ...runOf(each) })) : [];
}

/** What was kept may be of another version, or somebody else's: only what fits is taken. */
function runOf(kept: unknown): Partial<GuidedRun> {
  if (typeof kept !== 'object' || kept === null) return {};
  const run: Partial<GuidedRun> = {};
  for (const name of ['operator', 'order', 'purpose'] as const) {
    const value: unknown = Reflect.get(kept, name);
    if (typeof value === 'string') run[name] = value;
  }
  for (const name of ['vin', 'startId', 'updateId', 'sessionId', 'reportId'] as const) {
    const value: unknown = Reflect.get(kept, name);
    if (typeof value === 'string') run[name] = value;
  }
  const chosen: unknown = Reflect.get(kept, 'chosen');
  if (Array.isArray(chosen)) run.chosen = chosen.filter(isItem);
  return run;
}

function isItem(value: unknown): value is GuidedItem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'releaseId') === 'string' &&
    typeof Reflect.get(value, 'ecuId') === 'string'
  );
}

type Place = 'session' | 'local';

// Asking for a storage may itself be refused.
function storageOf(place: Place): Storage {
  return place === 'session' ? sessionStorage : localStorage;
}

function read(place: Place, name: string): unknown {
  try {
    return JSON.parse(storageOf(place).getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

function write(place: Place, name: string, value: unknown): void {
  try {
    storageOf(place).setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still goes through to the end.
  }
}
