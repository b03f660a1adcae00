#!/usr/bin/env node
// npm run soak: the long tests on the pinned Node, whichever Node started this.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, node24, root, toolEnvironment } from '../scripts/setup.mjs';

ensureInstalled({ quiet: true });
const child = spawn(
  node24,
  [
    '--disable-warning=ExperimentalWarning',
    join(root, 'soak', 'kill.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: toolEnvironment() },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 130;
});
