import { create } from 'zustand';
import type { RefusalView, ScenarioRunView } from '#core/contract';
import type { Client } from '../connect.ts';
import { useConnection } from './connection.store.ts';
import { isOver } from './lab-run.ts';
import { useLab } from './lab.store.ts';
import { toRefusal } from './refusal.ts';

/** The bench plays two at once; a third waits, so that none of the two stands idle. */
const AHEAD = 3;

/** Many runs, one after the other. */
export type Batch = {
  readonly of: 'scenario' | 'attack';
  readonly ids: readonly string[];
  /** By scenario, as far as they were begun. */
  readonly runIds: ReadonlyMap<string, string>;
  /** Such as a file of the library that is none. */
  readonly refused: ReadonlyMap<string, RefusalView>;
  readonly state: 'running' | 'cancelling' | 'ended' | 'cancelled' | 'lost';
};

type BatchStore = { batch: Batch | null };

export const useBatch = create<BatchStore>()(() => ({ batch: null }));

export const isUnderWay = (batch: Batch | null): boolean =>
  batch?.state === 'running' || batch?.state === 'cancelling';

export type Tally = { total: number; done: number; passed: number; failed: number };

export function tallyOf(batch: Batch, runs: ReadonlyMap<string, ScenarioRunView>): Tally {
  const tally = {
    total: batch.ids.length,
    done: batch.refused.size,
    passed: 0,
    failed: batch.refused.size,
  };
  for (const runId of batch.runIds.values()) {
    const run = runs.get(runId);
    if (run === undefined || !isOver(run)) continue;
    tally.done += 1;
    if (run.state === 'passed') tally.passed += 1;
    if (run.state === 'failed') tally.failed += 1;
  }
  return tally;
}

/** Plays all of them; ends when the last has ended, a person cancels, or the connection goes. */
export async function runBatch(
  client: Client,
  of: Batch['of'],
  ids: readonly string[],
): Promise<void> {
  if (isUnderWay(useBatch.getState().batch)) return;
  useBatch.setState({
    batch: { of, ids, runIds: new Map(), refused: new Map(), state: 'running' },
  });
  const waiting = [...ids];
  const play = async (): Promise<void> => {
    for (;;) {
      const id = now()?.state === 'running' ? waiting.shift() : undefined;
      if (id === undefined) return;
      try {
        const { runId } = await client.lab.run({ id });
        change((batch) => ({ ...batch, runIds: new Map(batch.runIds).set(id, runId) }));
        // Cancelled while it was asked for: whoever cancelled did not know of it yet.
        if (now()?.state === 'cancelling') await stopRun(client, runId);
        await whenOver(client, runId);
      } catch (error) {
        const refusal = toRefusal(error);
        change((batch) => ({ ...batch, refused: new Map(batch.refused).set(id, refusal) }));
        if (refusal.code === 'CONNECTION_LOST') change((batch) => ({ ...batch, state: 'lost' }));
      }
    }
  };
  await Promise.all(Array.from({ length: AHEAD }, play));
  change((batch) => {
    if (!isUp(client)) return { ...batch, state: 'lost' };
    return { ...batch, state: batch.state === 'cancelling' ? 'cancelled' : 'ended' };
  });
}

/** Stops those under way; the others are not begun. */
export async function cancelBatch(client: Client): Promise<void> {
  const batch = now();
  if (batch?.state !== 'running') return;
  change((each) => ({ ...each, state: 'cancelling' }));
  await Promise.all([...batch.runIds.values()].map((runId) => stopRun(client, runId)));
}

async function stopRun(client: Client, runId: string): Promise<void> {
  const run = useLab.getState().runs.get(runId);
  if (run && isOver(run)) return;
  try {
    await client.lab.stop({ runId });
  } catch (error) {
    // It has ended by itself a moment before.
    if (toRefusal(error).code !== 'RUN_UNKNOWN') throw error;
  }
}

function whenOver(client: Client, runId: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const run = useLab.getState().runs.get(runId);
      if (isUp(client) && !(run && isOver(run))) return;
      undoRuns();
      undoConnection();
      resolve();
    };
    const undoRuns = useLab.subscribe(look);
    const undoConnection = useConnection.subscribe(look);
    look();
  });
}

/** The same connection as before: runs of another process of the bench are others. */
function isUp(client: Client): boolean {
  const { state } = useConnection.getState();
  return state.kind === 'up' && state.client === client;
}

const now = (): Batch | null => useBatch.getState().batch;

function change(step: (batch: Batch) => Batch): void {
  useBatch.setState(({ batch }) => ({ batch: batch && step(batch) }));
}
