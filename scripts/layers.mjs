// Checks the arrows between rooms. A check that reads no module proves nothing, so the count is asserted.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** Fewer than this and the checker did not really read the tree. */
const FEWEST_MODULES = 60;

const bin = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
const rooms = ['core', 'electron', 'headless', 'renderer'];
const result = spawnSync(
  process.execPath,
  [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...rooms],
  { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
if (result.status === null || !result.stdout.startsWith('{')) {
  process.stderr.write(result.stderr || `dependency-cruiser: ${result.error?.message}\n`);
  process.exit(1);
}
const { summary } = JSON.parse(result.stdout);
for (const violation of summary.violations) {
  process.stdout.write(`${violation.rule.name}: ${violation.from} → ${violation.to}\n`);
}
process.stdout.write(
  `layers: ${summary.totalCruised} modules, ${summary.violations.length} violations\n`,
);
if (summary.totalCruised < FEWEST_MODULES) {
  process.stdout.write(`layers: fewer than ${FEWEST_MODULES} modules were read\n`);
}
process.exit(summary.violations.length > 0 || summary.totalCruised < FEWEST_MODULES ? 1 : 0);
