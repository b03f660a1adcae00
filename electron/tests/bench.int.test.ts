import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it, vi } from 'vitest';
import { benchOver, runDemo, takeAnyPort } from './listening.ts';
import { openShell } from './opened.ts';

const core = fileURLToPath(new URL('../main/core.ts', import.meta.url));

// Whoever runs the tests has a keychain of their own; the core inherits this.
beforeEach(() => vi.stubEnv('OTA_BENCH_VAULT', 'session'));

it('serves the real bench over the port: the demo completes, and survives a killed core', async () => {
  const { page, nextPort, userData, standIn } = await openShell({ core });
  page.otaBench!.ready();
  const bench = benchOver(await nextPort());
  for await (const { upserts } of await bench.bench.watch()) {
    expect(upserts[0]).toMatchObject({ host: 'electron', workspace: userData });
    break;
  }
  await takeAnyPort(bench);
  expect(await runDemo(bench)).toBe('completed');

  process.kill(standIn.processes[0]!.pid!, 'SIGKILL');
  const again = benchOver(await nextPort());
  for await (const { kind } of await again.updates.watch()) {
    expect(kind).toBe('snapshot');
    break;
  }
  expect(await runDemo(again)).toBe('completed');
  expect(standIn.processes).toHaveLength(2);
});
