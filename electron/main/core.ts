/** Entry of the utility process: the bench, and nothing of a window. */
import { createBench } from '#core/bench';
import { systemClock, systemRandom, type Log } from '#core/ports';
import { createMemoryVault } from '#core/vault';
import { hostCore } from './core-host.ts';

const log: Log = (level, message, detail) => {
  if (level === 'debug') return;
  console.error(`${level} ${message}`, ...(detail === undefined ? [] : [detail]));
};

hostCore(
  process.parentPort,
  ({ workspace, version }) =>
    createBench({
      workspaceDir: workspace,
      vault: createMemoryVault(),
      clock: systemClock,
      random: systemRandom,
      log,
      host: 'electron',
      version,
    }),
  (code) => {
    process.exit(code);
  },
);
