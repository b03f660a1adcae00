import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openLab } from '../index.ts';

const scenariosDir = fileURLToPath(new URL('../../../resources/scenarios', import.meta.url));
const ecusDir = fileURLToPath(new URL('../../../resources/ecus', import.meta.url));
const lab = openLab({ version: '0.0.0', scenariosDir, ecusDir });
const library = await lab.list();
const short = library.filter(({ tags }) => !tags.includes('long'));

type Played = Awaited<ReturnType<typeof lab.play>>;
const play = async (id: string, choice: Parameters<typeof lab.play>[1] = {}): Promise<Played> =>
  lab.play(lab.read(await lab.text(id), id), choice);

// Two at a time, since most of a scenario is waiting for answers; each test looks at its own.
const waiting = short.map(({ id }) => ({ id, ...Promise.withResolvers<Played>() }));
const queue = [...waiting];
async function playInTurn(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    await play(next.id).then(next.resolve, next.reject);
  }
}
beforeAll(() => {
  void playInTurn();
  void playInTurn();
});
async function played(id: string): Promise<Played> {
  const found = waiting.find((each) => each.id === id);
  return found ? found.promise : play(id);
}

describe('the library', () => {
  it('is whole: every file of the folder is a scenario', async () => {
    const files = (await readdir(scenariosDir)).filter((name) => name !== 'scenario.schema.json');
    for (const file of files) {
      expect({
        file,
        problems: lab.check(await readFile(join(scenariosDir, file), 'utf8')),
      }).toEqual({ file, problems: [] });
    }
    expect(library.length).toBe(files.length);
  });

  it('has an id of its own for each scenario, and says what each is about', () => {
    expect(new Set(library.map(({ id }) => id)).size).toBe(library.length);
    for (const { tags } of library) expect(tags.length).toBeGreaterThan(0);
  });

  it.for(short.map(({ id, title }) => [id, title] as const))('%s: %s', async ([id]) => {
    const { state, failure, steps } = await played(id);
    const failed = steps.find((step) => step.state === 'failed');
    expect({ state, failure, at: failed?.title }).toEqual({
      state: 'passed',
      failure: null,
      at: undefined,
    });
  });
});

describe('a run', () => {
  it('comes to the same with the same seed, and to other images with another', async () => {
    const first = await play('update-and-rollback', { seed: 5 });
    const again = await play('update-and-rollback', { seed: 5 });
    const other = await play('update-and-rollback', { seed: 6 });
    expect([first.state, again.state, other.state]).toEqual(['passed', 'passed', 'passed']);
    expect(again.digest).toBe(first.digest);
    expect(other.digest).not.toBe(first.digest);
  });

  it('that expects the wrong end fails at that step, and says what there was', async () => {
    const text = (await lab.text('rollback-nothing-to-return-to')).replace(
      '"NO_VALID_BANK" }',
      '"BUSY" }',
    );
    const within = text.replace('"title": "Refused, with the reason",', '"within": 1500,');
    const result = await lab.play(lab.read(within), {});
    expect(result).toMatchObject({ state: 'failed', failure: { code: 'WAITED_IN_VAIN' } });
    expect(result.failure?.reason).toContain(
      'updates.rollback.refusal.code is "NO_VALID_BANK"; expected "BUSY"',
    );
    expect(result.steps.map(({ state }) => state)).toEqual(['passed', 'failed', 'skipped']);
  });

  it('is stopped at once, and its bench is gone', async () => {
    const stop = new AbortController();
    const result = await play('plain-update', {
      signal: stop.signal,
      onStep: () => stop.abort(),
    });
    expect(result.state).toBe('stopped');
  });
});
