/** Entry of the utility process: the bench, and nothing of a window. */
import { fileURLToPath } from 'node:url';
import { createBench, portWire, serveWire } from '#core/bench';
import { type Log, redactingLog } from '#core/ports';
import { hostCore } from './core-host.ts';

const log: Log = redactingLog((level, message, detail) => {
  if (level === 'debug') return;
  console.error(`${level} ${message}`, ...(detail === undefined ? [] : [detail]));
});

hostCore(
  process.parentPort,
  async ({ workspace, version }) => {
    const bench = await createBench({
      workspaceDir: workspace,
      host: 'electron',
      version,
      log,
      // Beside out/, where this file is built to.
      ecusDir: fileURLToPath(new URL('../../resources/ecus', import.meta.url)),
      verifierDir: fileURLToPath(new URL('../../resources/verifier', import.meta.url)),
      scenariosDir: fileURLToPath(new URL('../../resources/scenarios', import.meta.url)),
      // As on the command line; tests leave nothing in the keychain of whoever runs them.
      vault: process.env['OTA_BENCH_VAULT'] === 'session' ? 'session' : 'keychain',
    });
    return {
      serve: (port) => {
        serveWire(bench.router, portWire(port), log);
      },
      close: () => bench.close(),
    };
  },
  (code) => {
    process.exit(code);
  },
);
