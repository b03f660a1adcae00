import type { ScenarioRunView, ScenarioView } from '#core/contract';

/** What a run came to, in the words of the Lab. */
export type Outcome =
  | { kind: 'none' }
  | { kind: 'waiting' }
  | { kind: 'running' }
  | { kind: 'passed' }
  | { kind: 'failed' }
  | { kind: 'cancelled' }
  /** The attack met the check that it was made for. */
  | { kind: 'stopped' }
  /** The attack was not stopped as it should have been. */
  | { kind: 'through' }
  /** Without its check the attack did its harm, as it was to show. */
  | { kind: 'harmed' }
  /** Not even without its check did the attack get where it wanted to. */
  | { kind: 'held' };

export function outcomeOf(run: ScenarioRunView | null): Outcome {
  if (run === null) return { kind: 'none' };
  switch (run.state) {
    case 'waiting':
    case 'running':
      return { kind: run.state };
    case 'stopped':
      return { kind: 'cancelled' };
    case 'passed':
    case 'failed':
      break;
  }
  const passed = run.state === 'passed';
  if (run.kind === 'scenario') return { kind: passed ? 'passed' : 'failed' };
  if (!run.counterfactual) return { kind: passed ? 'stopped' : 'through' };
  // Steps of its own end where the harm is done; else the attack's steps are played, which fail there.
  const ownSteps = run.without === null;
  return { kind: passed === ownSteps ? 'harmed' : 'held' };
}

export const isOver = (run: ScenarioRunView): boolean => run.endedAt !== null;

/** The newest run of the library's scenario with its check, or of an attack without it. */
export function latestRun(
  runs: Iterable<ScenarioRunView>,
  scenarioId: string,
  counterfactual: boolean,
): ScenarioRunView | null {
  let latest: ScenarioRunView | null = null;
  for (const run of runs) {
    // In the order they were asked for; when they began tells less, since some wait for their turn.
    if (run.fromText || run.scenarioId !== scenarioId) continue;
    if (run.counterfactual === counterfactual) latest = run;
  }
  return latest;
}

export type AttackCounts = {
  total: number;
  stopped: number;
  through: number;
  running: number;
  untried: number;
};

/** `n of n stopped`, from the newest run of each attack. */
export function countAttacks(
  attacks: readonly ScenarioView[],
  runs: Iterable<ScenarioRunView>,
): AttackCounts {
  const all = [...runs];
  const counts = { total: attacks.length, stopped: 0, through: 0, running: 0, untried: 0 };
  for (const { id } of attacks) {
    switch (outcomeOf(latestRun(all, id, false)).kind) {
      case 'stopped':
        counts.stopped += 1;
        break;
      case 'through':
        counts.through += 1;
        break;
      case 'waiting':
      case 'running':
        counts.running += 1;
        break;
      default:
        counts.untried += 1;
    }
  }
  return counts;
}

/** Those that have the tag and every word of the search, in title, summary, id or tags, in any language. */
export function findScenarios(
  scenarios: readonly ScenarioView[],
  search: string,
  tag: string | null,
): ScenarioView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return scenarios.filter(({ id, title, summary, tags, translations }) => {
    if (tag !== null && !tags.includes(tag)) return false;
    const { de } = translations;
    const text = [id, title, summary, ...tags, de?.title, de?.summary].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
