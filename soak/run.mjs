#!/usr/bin/env node
// npm run soak: what takes too long for npm test, on the pinned Node, whichever Node started this.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, node24, root, toolEnvironment } from '../scripts/setup.mjs';

ensureInstalled({ quiet: true });
let running = null;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
    running?.kill(signal);
  });
}
const long = await run(join('headless', 'cli.ts'), ['scenario', 'run', '--tag', 'long']);
const killed = interrupted ? 130 : await run(join('soak', 'kill.ts'), process.argv.slice(2));
process.exitCode = long === 0 ? killed : long;

/** The exit code of one part. */
function run(script, args) {
  return new Promise((resolve) => {
    running = spawn(
      node24,
      ['--disable-warning=ExperimentalWarning', join(root, script), ...args],
      { stdio: 'inherit', env: toolEnvironment() },
    );
    running.on('exit', (code) => resolve(code ?? 130));
  });
}
