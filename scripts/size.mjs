// npm run dist:size: what an installation weighs without Electron, by part, beside its limit.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { extractArchive, packAroundStandIn } from './package.mjs';
import { ensureInstalled } from './setup.mjs';

/** Without Electron's own files, bytes. */
const LIMIT = 60_000_000;

ensureInstalled();
ensureBuilt();
const dir = mkdtempSync(join(tmpdir(), 'ota-bench-size-'));
try {
  const { resources } = packAroundStandIn(dir);
  const installed = sum(resources);
  const app = join(dir, 'app');
  extractArchive(join(resources, 'app.asar'), app);
  const parts = new Map();
  for (const file of filesBelow(app)) {
    const [top = '', next = ''] = relative(app, file).split(sep);
    const part = ['out', 'node_modules'].includes(top) ? `${top}/${next}` : top;
    parts.set(part, (parts.get(part) ?? 0) + statSync(file).size);
  }
  const rows = [...parts].sort(([, a], [, b]) => b - a);
  for (const [part, bytes] of rows) process.stdout.write(`${part.padEnd(36)} ${mb(bytes)}\n`);
  process.stdout.write(`${'installed, without Electron'.padEnd(36)} ${mb(installed)}\n`);
  process.stdout.write(`${'limit'.padEnd(36)} ${mb(LIMIT)}\n`);
  process.exitCode = installed <= LIMIT ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true });
}

function sum(folder) {
  return filesBelow(folder).reduce((bytes, file) => bytes + statSync(file).size, 0);
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(2).padStart(8)} MB`;
}
