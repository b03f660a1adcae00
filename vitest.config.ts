import { defineConfig } from 'vitest/config';
import { needDebian } from './scripts/outside.mjs';

export default defineConfig({
  test: {
    maxWorkers: 2,
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
