import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { memoryFolder } from './scripts/memory-folder.mjs';
import { needDebian } from './scripts/outside.mjs';

/** Each takes ten seconds and more. Where nothing is known of the last run, vitest goes by size. */
const LONGEST = [
  'core/bench/lab/library.int',
  'headless/cli.int',
  'headless/kill.int',
  'core/dcu/kill.int',
  'headless/keychain.int',
  'core/bench/lab/attacks.int',
  'headless/fleet.int',
  'headless/launcher.int',
  'electron/tests/shell.int',
  'core/bench/traffic/retained.int',
  'headless/outside.int',
  'core/bench/resume.int',
];

/** What starts last and takes longest would leave the other workers with nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const index = LONGEST.findIndex((name) => moduleId.includes(name));
      return index < 0 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    maxWorkers: 2,
    // A worker keeps the modules it has loaded for its next file: no room has state of its own, and
    // to load them anew for each of some 230 files was a quarter of the whole time.
    isolate: false,
    env: memoryFolder(),
    // Of one file, where it asks for that.
    maxConcurrency: 3,
    // What is waited for comes when the machine gets round to it; a second is no promise of ours.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{core,headless,electron,renderer,scripts}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
          environment: 'node',
          // Some write tens of megabytes; a busy machine is no failure.
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{core,headless,electron}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**', ...needDebian()],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
