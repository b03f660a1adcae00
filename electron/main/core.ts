/** Entry of the utility process: the bench, and nothing of a window. */
import { fileURLToPath } from 'node:url';
import { createBench, portWire, serveWire, type Bench } from '#core/bench';
import { redactingLog, systemClock, type Log } from '#core/ports';
import { hostCore } from './core-host.ts';
import { createGlanceFold } from './glance-fold.ts';
import type { Glance, Role } from './glance.ts';
import { createLogFile } from './log-file.ts';

const toConsole: Log = redactingLog((level, message, detail) => {
  console.error(`${level} ${message}`, ...(detail === undefined ? [] : [detail]));
});

hostCore(
  process.parentPort,
  async ({ workspace, version, logs, roles }) => {
    const toFile = createLogFile(logs, 'core', systemClock);
    const log: Log = (level, message, detail) => {
      if (level === 'debug') return;
      toConsole(level, message, detail);
      toFile(level, message, detail);
    };
    log('info', `OTA Bench ${version}, bench process ${process.pid}`);
    const bench = await createBench({
      workspaceDir: workspace,
      host: 'electron',
      version,
      log,
      logsDir: logs,
      // Beside out/, where this file is built to.
      ecusDir: fileURLToPath(new URL('../../resources/ecus', import.meta.url)),
      verifierDir: fileURLToPath(new URL('../../resources/verifier', import.meta.url)),
      scenariosDir: fileURLToPath(new URL('../../resources/scenarios', import.meta.url)),
      // As on the command line; tests leave nothing in the keychain of whoever runs them.
      vault: process.env['OTA_BENCH_VAULT'] === 'session' ? 'session' : 'keychain',
    });
    const closing = new AbortController();
    void startAgain(bench, roles, log);
    return {
      serve: (port) => {
        serveWire(bench.router, portWire(port), log);
      },
      watch: (tell) => {
        void watch(bench, closing.signal, tell).catch((error: unknown) => {
          if (!closing.signal.aborted) log('error', 'the bench is no longer watched', { error });
        });
      },
      wake: () => {
        bench.wake();
      },
      close: () => {
        closing.abort();
        return bench.close();
      },
    };
  },
  (code) => {
    process.exit(code);
  },
);

/** Updates go on by their journals as soon as the roles that carried them are there again. */
async function startAgain(bench: Bench, roles: readonly Role[], log: Log): Promise<void> {
  if (roles.length === 0) return;
  try {
    log('info', `starting again what ran: ${roles.join(', ')}`);
    await bench.client.bench.start({ roles: [...roles] });
  } catch (error) {
    // The role shows its refusal on the Bench screen as well.
    log('error', 'what ran could not be started again', { error });
  }
}

async function watch(
  bench: Bench,
  signal: AbortSignal,
  tell: (glance: Glance) => void,
): Promise<void> {
  const fold = createGlanceFold();
  const roles = async (): Promise<void> => {
    for await (const frame of await bench.client.bench.watch(undefined, { signal })) {
      tell(fold.bench(frame));
    }
  };
  const updates = async (): Promise<void> => {
    for await (const frame of await bench.client.updates.watch(undefined, { signal })) {
      tell(fold.updates(frame));
    }
  };
  await Promise.all([roles(), updates()]);
}
