import { fileURLToPath } from 'node:url';
import { type ScenarioRunView } from '#core/contract';
import { aBench, tempDir, type TempDir } from '#core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench } from '../index.ts';

let folder: TempDir;
let bench: Bench;
beforeAll(async () => {
  folder = await tempDir();
  bench = await aBench(folder.path, {
    scenariosDir: fileURLToPath(new URL('../../../resources/scenarios', import.meta.url)),
  });
});
afterAll(async () => {
  await bench.close();
  await folder.remove();
});

/** A run as it is, or as soon as it fits. */
async function whenRun(
  runId: string,
  fits: (run: ScenarioRunView) => boolean,
): Promise<ScenarioRunView> {
  for await (const frame of await bench.client.lab.watch()) {
    const run = frame.upserts.find((each) => each.runId === runId && fits(each));
    if (run) return run;
  }
  throw new Error('the stream ended first');
}

const isOver = ({ endedAt }: ScenarioRunView): boolean => endedAt !== null;

/** Would wait for ten minutes. */
const endless = JSON.stringify({
  ...{ format: 1, id: 'endless', title: 'Endless', summary: 'x', kind: 'scenario', seed: 1 },
  limitMs: 600_000,
  steps: [{ do: 'waitFor', all: [{ at: 'vin', is: 'nobody' }], within: 600_000 }],
});

describe('the Lab', () => {
  it('lists the library, with the steps of each by their titles', async () => {
    const all = await bench.client.lab.scenarios();
    const plain = all.find(({ id }) => id === 'plain-update');
    expect(plain).toMatchObject({ kind: 'scenario', attack: null, seed: 1 });
    expect(plain?.steps[0]).toBe('Update brake to 3.1.0');
    const { text } = await bench.client.lab.text({ id: 'plain-update' });
    expect(await bench.client.lab.check({ text })).toEqual([]);
  });

  it('runs one before everybody’s eyes, on a bench of its own', async () => {
    const { runId } = await bench.client.lab.run({ id: 'plain-update', seed: 3 });
    const run = await whenRun(runId, isOver);
    expect(run).toMatchObject({ state: 'passed', seed: 3, failure: null, without: null });
    expect(run.fromText).toBe(false);
    expect(run.steps.every(({ state, at }) => state === 'passed' && at !== null)).toBe(true);
    expect(run.digest).toMatch(/^[0-9a-f]{64}$/);
    // This bench has neither vehicle nor update nor a role that is on.
    expect(bench.view().roles).toMatchObject({ broker: { kind: 'off' }, dcu: { kind: 'off' } });
    expect(await bench.client.releases.list()).toEqual([]);
  });

  it('stops one at any moment, and lets the next have its turn', async () => {
    const ids: string[] = [];
    for (let each = 0; each < 3; each += 1) {
      ids.push((await bench.client.lab.run({ text: endless })).runId);
    }
    const [first = '', , third = ''] = ids;
    await whenRun(first, ({ steps }) => steps[0]?.state === 'running');
    expect(await whenRun(third, () => true)).toMatchObject({ state: 'waiting', fromText: true });
    await bench.client.lab.stop({ runId: first });
    expect((await whenRun(first, isOver)).state).toBe('stopped');
    await whenRun(third, ({ state }) => state === 'running');
    for (const runId of ids.slice(1)) await bench.client.lab.stop({ runId });
    await whenRun(third, isOver);
    const again = bench.client.lab.stop({ runId: first });
    await expect(again).rejects.toMatchObject({ data: { code: 'RUN_UNKNOWN' } });
  });

  it('refuses what is no scenario: by code, line and path', async () => {
    const wrong = endless.replace('"waitFor"', '"wait"');
    await expect(bench.client.lab.run({ text: wrong })).rejects.toMatchObject({
      data: {
        code: 'SCENARIO_INVALID',
        reason: expect.stringContaining('$.steps[0].do') as string,
      },
    });
    await expect(bench.client.lab.run({ id: 'no-such' })).rejects.toMatchObject({
      data: { code: 'SCENARIO_UNKNOWN' },
    });
    await expect(bench.client.lab.run({})).rejects.toMatchObject({ data: { code: 'BAD_INPUT' } });
    const counterfactual = { id: 'plain-update', counterfactual: true };
    await expect(bench.client.lab.run(counterfactual)).rejects.toMatchObject({
      data: {
        code: 'SCENARIO_INVALID',
        reason: expect.stringContaining('leave its check out') as string,
      },
    });
  });
});
