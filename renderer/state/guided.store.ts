import { create } from 'zustand';
import type { GuidedItem, UpdateView } from '#core/contract';
import { freshRun, type GuidedRun, type GuidedStep } from './guided-steps.ts';
import { hasEnded } from './path.ts';
import { showScreen, useScreen } from './screen.store.ts';

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

/** What other windows had begun before this one was opened; what they begin later is theirs. */
const begunBefore = new Set(openRuns().map(({ updateId }) => updateId));

export function goTo(step: GuidedStep, how: 'new' | 'replace' = 'new'): void {
  showScreen('guided', step, how);
}

/** On by itself, once an answer is there: nobody is fetched back from another screen for it. */
export function goOn(step: GuidedStep, how: 'new' | 'replace' = 'new'): void {
  if (useScreen.getState().screen === 'guided') goTo(step, how);
}

export function changeRun(change: Partial<GuidedRun>): void {
  const run = { ...useGuided.getState().run, ...change };
  useGuided.setState({ run });
  write('session', RUN, run);
  const { operator, purpose } = run;
  write('local', PERSON, { operator, purpose });
  remember(run);
}

/**
 * For an answer about `asked`. Where somebody went on to another vehicle meanwhile it is noted for
 * whoever comes back to this one, and says nothing of the other. True where it is still this one.
 */
export function amendRun(asked: GuidedRun, change: Partial<GuidedRun>): boolean {
  const { run } = useGuided.getState();
  const isSame =
    run.vin === asked.vin && run.startId === asked.startId && run.updateId === asked.updateId;
  if (isSame) changeRun(change);
  else remember({ ...asked, ...change });
  return isSame;
}

function remember(run: GuidedRun): void {
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
  goOn('vehicle');
}

/** The same once more. What was signed was of the update before; this one gets its own. */
export function tryAgain(): void {
  const { reportId, remarks } = useGuided.getState().run;
  const unsigned = reportId === null ? remarks : '';
  changeRun({ updateId: null, startId: null, reportId: null, remarks: unsigned });
  goTo('checks');
}

/** Follows an update that runs already, whoever started it. */
export function join(update: UpdateView): void {
  const { run } = useGuided.getState();
  const known = openRuns().find(({ updateId }) => updateId === update.updateId);
  const { operator, purpose } = run;
  const { vin, updateId, releaseId, ecuId } = update;
  const chosen = releaseId === null || ecuId === '' ? [] : [{ releaseId, ecuId }];
  changeRun({ ...(known ?? { ...freshRun, operator, purpose, chosen }), vin, updateId });
  goTo('progress', 'replace');
}

/** The update of a window that was closed half-way. */
export function leftBehind(updates: readonly UpdateView[]): UpdateView | null {
  return updates.find((each) => begunBefore.has(each.updateId) && !hasEnded(each)) ?? null;
}

function openRuns(): GuidedRun[] {
  const kept = read('local', OPEN);
  return Array.isArray(kept) ? kept.map((each) => ({ ...freshRun, ...runOf(each) })) : [];
}

/** What was kept may be of another version, or somebody else's: only what fits is taken. */
function runOf(kept: unknown): Partial<GuidedRun> {
  if (typeof kept !== 'object' || kept === null) return {};
  const run: Partial<GuidedRun> = {};
  for (const name of ['operator', 'order', 'purpose', 'remarks'] as const) {
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
