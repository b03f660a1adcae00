import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it, vi } from 'vitest';
import { benchOver, takeAnyPort, type BenchOverPort } from './listening.ts';
import { openShell } from './opened.ts';
import { until } from './until.ts';

const core = fileURLToPath(new URL('../main/core.ts', import.meta.url));

// Whoever runs the tests has a keychain of their own; the core inherits this.
beforeEach(() => vi.stubEnv('OTA_BENCH_VAULT', 'session'));

/** Waits until an update is at one of these stages, and says at which. */
async function reaches(bench: BenchOverPort, updateId: string, stages: RegExp): Promise<string> {
  for await (const { upserts } of await bench.updates.watch()) {
    const update = upserts.find((each) => each.updateId === updateId);
    if (update !== undefined && stages.test(update.stage)) return update.stage;
  }
  return 'the stream ended';
}

const ENDS = /^(completed|failed|refused|rolled_back|cancelled)$/;

// A whole update at the speed of real ECUs, and a core that starts twice.
it(
  'serves the real bench, and an update that a killed core leaves behind resumes and completes',
  { timeout: 300_000 },
  async () => {
    const { page, nextPort, userData, standIn, told } = await openShell({ core });
    page.otaBench!.ready();
    const bench = benchOver(await nextPort());
    for await (const { upserts } of await bench.bench.watch()) {
      expect(upserts[0]).toMatchObject({ host: 'electron', workspace: userData });
      break;
    }
    await takeAnyPort(bench);
    const { updateId } = await bench.demo.run();
    await reaches(bench, updateId, /downloading|installing/);
    await until(() => standIn.powerSaveBlocker.started.size === 1);

    process.kill(standIn.processes[0]!.pid!, 'SIGKILL');
    const again = benchOver(await nextPort());
    expect(await reaches(again, updateId, ENDS)).toBe('completed');
    expect(standIn.processes).toHaveLength(2);
    expect(told).toContainEqual({ kind: 'news', news: 'core-restarted' });
    await until(() => standIn.powerSaveBlocker.started.size === 0);
  },
);
