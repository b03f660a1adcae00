import { create } from 'zustand';
import type { RefusalView, ScenarioRunView, ScenarioView } from '#core/contract';
import type { Client } from '../connect.ts';
import { onClient } from './connection.store.ts';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';
import { toRefusal } from './refusal.ts';

type LabStore = {
  /** The library, by title. Null until it came. */
  scenarios: readonly ScenarioView[] | null;
  /** The library cannot be read, or runs not be watched. */
  refusal: RefusalView | null;
  runs: ReadonlyMap<string, ScenarioRunView>;
  search: string;
  tag: string | null;
  /** What each part shows. */
  scenarioId: string | null;
  attackId: string | null;
};

export const useLab = create<LabStore>()(() => ({
  scenarios: null,
  refusal: null,
  runs: new Map(),
  search: '',
  tag: null,
  scenarioId: null,
  attackId: null,
}));

/** Keeps runs as they go, and the library as it was when the connection came up. */
export function followLab(): () => void {
  let held: Folded<ScenarioRunView> | null = null;
  const undo = onClient((client) => {
    if (client !== null) void loadScenarios(client);
  });
  const stop = follow({
    open: (client, signal) => client.lab.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, ({ runId }) => runId);
      held = result.kind === 'folded' ? result.folded : null;
      if (held === null) return 'gap';
      useLab.setState({ runs: held.items });
      return 'taken';
    },
    onRefused: (refusal) => {
      useLab.setState({ refusal });
    },
  });
  return () => {
    undo();
    stop();
  };
}

export async function loadScenarios(client: Client): Promise<void> {
  try {
    useLab.setState({ scenarios: await client.lab.scenarios(), refusal: null });
  } catch (error) {
    useLab.setState({ refusal: toRefusal(error) });
  }
}
