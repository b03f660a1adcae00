// npm start: sets up, then opens the window, or the headless host where there can be none.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureElectron } from './electron.mjs';
import { ensureInstalled, node24, root, toolEnvironment } from './setup.mjs';

const args = process.argv.slice(2);
const headless = args.includes('--headless');

ensureInstalled();
ensureBuilt();
const electron = headless ? { why: null } : ensureElectron();

if ('executable' in electron) {
  run(electron.executable, [root, ...args]);
} else {
  if (electron.why) {
    process.stdout.write(`OTA Bench: ${electron.why}; starting the headless host instead.\n`);
  }
  const rest = args.filter((arg) => arg !== '--headless');
  run(node24, [join(root, 'headless', 'cli.ts'), 'host', ...rest]);
}

/** Hands terminal and signals to the child, and takes its exit code. */
function run(command, parameters) {
  const child = spawn(command, parameters, { stdio: 'inherit', env: toolEnvironment() });
  // Ctrl-C reaches the whole group; this process only waits for the child to close in order.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(
      `OTA Bench: START_FAILED: ${error.message}\n  next: npm start -- --headless\n`,
    );
    process.exitCode = 4;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
