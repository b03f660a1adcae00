import { stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from '#core/dcu';
import { silentLog, systemClock } from '#core/ports';
import { aManifest, tempDir, type TempDir } from '#core/testing';
import type { DcuEvent } from './events.ts';
import { openJournal } from './journal.ts';
import { createRunner, type Runner } from './runner.ts';
import { replay } from './snapshot.ts';
import { blankState, type Effect } from './state.ts';

const offer = { updateId: 'u1', ecuId: 'brake', manifest: aManifest() };

let dir: TempDir;
let runner: Runner;

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await runner.close();
  await dir.remove();
});

/** Refuses its first offer, and cannot take effects of one type; resolves once it rests or halts. */
async function refusing(failing: Effect['type']): Promise<Runner> {
  const journal = await openJournal(diskFiles, dir.join('journal.log'));
  let rest = (): void => undefined;
  const rested = new Promise<void>((resolve) => (rest = resolve));
  let begun = false;
  runner = createRunner({
    ...{ journal, state: blankState, clock: systemClock, log: silentLog },
    performer: {
      take: ({ type }) =>
        type === failing ? Promise.reject(new Error('it failed')) : Promise.resolve(),
      work: ({ kind }) =>
        Promise.resolve(
          kind === 'close'
            ? { type: 'closed' }
            : { type: 'failed', why: { code: 'NOT_VERIFIED', detail: 'no' } },
        ),
    },
    onChange: () => {
      if (runner.halted !== null || (begun && runner.state.run.kind === 'idle')) rest();
      begun = true;
    },
  });
  await runner.dispatch({ type: 'offered', offer });
  await rested;
  return runner;
}

/** Takes every effect, and works for ever. */
async function patient(): Promise<{ runner: Runner; size: () => Promise<number> }> {
  const journal = await openJournal(diskFiles, dir.join('journal.log'));
  runner = createRunner({
    ...{ journal, clock: systemClock, log: silentLog },
    state: journal.past.reduce(replay, blankState),
    performer: {
      take: () => Promise.resolve(),
      work: (_work, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        }),
    },
    onChange: () => undefined,
  });
  return { runner, size: async () => (await stat(dir.join('journal.log'))).size };
}

it('[D6] a journal stays small while an update waits and is spoken to, and leads to the same state', async () => {
  const { size } = await patient();
  await runner.dispatch({ type: 'offered', offer });
  await runner.dispatch({ type: 'confirmed' });
  const checkpoint = (received: number): DcuEvent => ({
    ...{ type: 'checkpointed', checkpoint: { received, sha256: 'a'.repeat(64), etag: null } },
  });
  for (let n = 1; n <= 600; n += 1) await runner.dispatch(checkpoint(n));
  const { state } = runner;
  expect(state.run).toMatchObject({ kind: 'downloading', checkpoint: { received: 600 } });
  expect(await size()).toBeLessThan(40_000);
  await runner.close();
  await patient();
  expect(runner.state).toEqual({ ...state, owed: [] });
  await runner.dispatch({ type: 'downloaded' });
  expect(runner.state.run.kind).toBe('securing');
});

describe('an effect that fails', () => {
  it('and can wait, such as an inventory too large to be said, stops nothing', async () => {
    expect((await refusing('inventory')).halted).toBeNull();
  });

  it('and was an answer stops the DCU, whose next start says it again', async () => {
    expect((await refusing('answer')).halted).toMatchObject({ detail: 'it failed' });
  });
});
