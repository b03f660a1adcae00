#!/usr/bin/env node
// ota-bench: makes sure everything is there, then runs the command line on the pinned Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, node24, root, toolEnvironment } from '../../scripts/setup.mjs';

const args = process.argv.slice(2);
ensureInstalled({ quiet: true });
if (args.includes('host') && !args.includes('--help')) {
  const { ensureBuilt } = await import('../../scripts/build.mjs');
  ensureBuilt({ quiet: true });
}

// node:sqlite still announces itself as experimental; that is no news to whoever runs a command.
const child = spawn(
  node24,
  ['--disable-warning=ExperimentalWarning', join(root, 'headless', 'cli.ts'), ...args],
  {
    stdio: 'inherit',
    env: toolEnvironment(),
  },
);
// Passed on because they may be meant for this process alone; the child takes a double for one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => {
  process.stderr.write(`START_FAILED: ${error.message}\n  next: run npm ci and try again\n`);
  process.exitCode = 4;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
