// npm run dist: this platform's installers into dist/. Arguments go on to electron-builder.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, node24, root, toolEnvironment } from './setup.mjs';

ensureInstalled();
ensureBuilt();
const { status } = spawnSync(
  node24,
  [
    ...[join(root, 'node_modules', 'electron-builder', 'cli.js'), '--publish', 'never'],
    ...['--config', join(root, 'electron', 'builder', 'config.mjs'), ...process.argv.slice(2)],
  ],
  { cwd: root, env: toolEnvironment(), stdio: 'inherit' },
);
process.exitCode = status ?? 1;
