import { defineConfig } from 'vitest/config';
import { memoryFolder } from './scripts/memory-folder.mjs';
import { needDebian } from './scripts/outside.mjs';

export default defineConfig({
  test: {
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
