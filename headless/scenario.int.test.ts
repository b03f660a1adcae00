import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { runHere } from './testing/run-cli.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const scenario = (...args: string[]) => runHere('scenario', ...args);

/** A file with one assertion, which holds or not. */
async function aFile(name: string, version: string): Promise<string> {
  const file = folder.join(name);
  const condition = { at: 'vehicle.ecus.brake.active.version', is: version };
  const content = {
    ...{ format: 1, id: 'mine', title: 'Mine', summary: 'x', kind: 'scenario', seed: 1 },
    steps: [{ do: 'assert', all: [condition] }],
  };
  await writeFile(file, JSON.stringify(content, null, 2));
  return file;
}

describe('ota-bench scenario', () => {
  it('plays files and ids of the library, tells each as JSON, writes JUnit, and ends 1 when one fails', async () => {
    const [good, bad] = [await aFile('good.json', '3.0.0'), await aFile('bad.json', '9.9.9')];
    const junit = folder.join('results.xml');
    const files = [good, bad, 'plain-update'];
    const { code, lines, stderr } = await scenario(
      'run',
      ...files,
      '--jobs',
      '2',
      '--json',
      '--junit',
      junit,
    );
    const results = lines.filter(({ event }) => event === 'scenario');
    expect(results.map(({ state }) => state).sort()).toEqual(['failed', 'passed', 'passed']);
    expect(results.find(({ state }) => state === 'failed')).toMatchObject({
      failure: {
        code: 'ASSERTION_FAILED',
        reason: 'vehicle.ecus.brake.active.version is "3.0.0"; expected "9.9.9"',
      },
    });
    expect(lines.at(-1)).toEqual({ event: 'end', passed: 2, failed: 1 });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const xml = await readFile(junit, 'utf8');
    expect(xml).toContain('failures="1"');
    expect(xml.match(/<testsuite /g)).toHaveLength(3);
  });

  it('checks files: each problem with its line and path, and ends 2', async () => {
    const good = await aFile('good.json', '1');
    const bad = folder.join('bad.json');
    await writeFile(bad, (await readFile(good, 'utf8')).replace('"assert"', '"asert"'));
    const { code, lines } = await scenario('check', good, bad, folder.join('none.json'), '--json');
    expect(lines.filter(({ event }) => event === 'problem')).toMatchObject([
      { file: bad, line: 10, column: 7, path: '$.steps[0].do' },
      { file: folder.join('none.json'), reason: 'none.json: ENOENT' },
    ]);
    expect(lines.at(-1)).toEqual({ event: 'end', files: 3, wrong: 2 });
    expect(code).toBe(2);
  });

  it.each<[string, string[], string, number]>([
    ['nothing to run', ['run'], 'BAD_ARGUMENT', 2],
    ['an id that is not there', ['run', 'no-such'], 'SCENARIO_UNKNOWN', 2],
    [
      'a report where none can be',
      ['run', '--all', '--junit', '/dev/null/x.xml'],
      'FILE_NOT_WRITTEN',
      4,
    ],
  ])('refuses %s before anything runs', async (_, args, code, exit) => {
    const ended = await scenario(...args, '--json');
    expect(ended.lines).toMatchObject([{ event: 'refused', code }]);
    expect(ended.code).toBe(exit);
  });
});
