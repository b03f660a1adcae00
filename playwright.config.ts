import { defineConfig } from '@playwright/test';

/** Specs of the desktop application, not of what its window shows. */
const SHELL = /e2e[\\/]shell[\\/].*\.spec\.ts$/;

const report = process.env['OTA_BENCH_REPORT'];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/fixtures/built.ts',
  workers: 2,
  fullyParallel: true,
  forbidOnly: process.env['CI'] === 'true',
  // A test that fails once has failed: a second try would hide a race.
  retries: 0,
  // Each spec runs at least one whole update, the longest walk through all screens.
  // What is waited for are states; a busy machine comes to them later.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [
    ['list'],
    // Says what was proven of the desktop shell, and by what.
    ['./e2e/fixtures/proof.ts'],
    ...(report === undefined ? [] : [['json', { outputFile: report }] as const]),
  ],
  use: {
    // What was done and answered, and the last picture. A copy of the page for each step, a third of
    // the whole time, is asked for where it is needed: `--trace on`.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'browser', testIgnore: SHELL },
    // The built shell without Electron's binary: electron/standin plays its part.
    { name: 'standin', testMatch: SHELL },
    { name: 'electron' },
  ],
});
