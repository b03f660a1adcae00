import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { benchOver, runDemo } from './listening.ts';
import { openShell } from './opened.ts';

const core = fileURLToPath(new URL('../main/core.ts', import.meta.url));

it('serves the real bench over the port: the demo completes, and survives a killed core', async () => {
  const { page, nextPort, userData, standIn } = await openShell({ core });
  page.otaBench!.ready();
  const bench = benchOver(await nextPort());
  for await (const { upserts } of await bench.bench.watch()) {
    expect(upserts[0]).toMatchObject({ host: 'electron', workspace: userData });
    break;
  }
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
