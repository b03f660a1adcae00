import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRecorderSite, type RecorderSite } from '#core/testing';

let site: RecorderSite;
// Threads begin slowly where everything else runs at the same time.
vi.setConfig({ testTimeout: 20_000 });

beforeEach(async () => {
  site = await openRecorderSite();
  onTestFinished(() => site.close());
});

const all = { order: 'oldest', limit: 10_000 } as const;

describe('what is not recorded is counted', () => {
  it('added = captured + waiting + dropped with a queue far too small, at every moment', async () => {
    const recorder = await site.opened({ queue: { messages: 7, bytes: 1_000 } });
    const holds = (): void => {
      const { added, captured, waiting, dropped } = recorder.counts();
      expect(captured + waiting + dropped.total).toBe(added);
      expect(waiting).toBeLessThanOrEqual(7);
    };
    for (let round = 0; round < 50; round += 1) {
      for (let n = 0; n < 20; n += 1) {
        recorder.add(site.aPublish('t', 'x'.repeat((round * n) % 400)));
        holds();
      }
      if (round % 2 === 0) await recorder.flush();
      holds();
    }
    await recorder.flush();
    const { added, captured, waiting, dropped } = recorder.counts();
    expect({ added, waiting }).toEqual({ added: 1_000, waiting: 0 });
    expect(dropped.queueFull).toBe(1_000 - captured);
    expect(dropped.queueFull).toBeGreaterThan(0);
    expect((await recorder.bounds()).count).toBe(captured);
  });

  it('takes a message larger than the whole queue while nothing else waits', async () => {
    const recorder = await site.opened({ queue: { bytes: 1_000 } });
    recorder.add(site.aPublish('t', 'x'.repeat(50_000)));
    recorder.add(site.aPublish('t', 'x'));
    await recorder.flush();
    expect(recorder.counts()).toMatchObject({ captured: 1, dropped: { queueFull: 1 } });
  });

  it('counts what cannot be written down, and never throws', async () => {
    const recorder = await site.opened();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    recorder.add({ ...site.aPublish('t'), properties: loop });
    recorder.add(site.aPublish('t'));
    await recorder.flush();
    expect(recorder.counts()).toMatchObject({ added: 2, captured: 1, dropped: { unfit: 1 } });
    await recorder.close();
    recorder.add(site.aPublish('t'));
    expect(recorder.counts()).toMatchObject({ added: 3, dropped: { stopped: 1, total: 2 } });
  });

  it('hands over by itself within 50 ms', async () => {
    const recorder = await site.opened();
    const captured = new Promise((resolve) => recorder.onCaptured(resolve));
    recorder.add(site.aPublish('t'));
    site.clock.advance(50);
    expect(await captured).toEqual({ first: 1, last: 1, count: 1 });
  });

  it('goes on with new numbers when more topics come than it remembers', async () => {
    const recorder = await site.opened();
    const long = 'x'.repeat(60_000);
    for (let n = 0; n < 600; n += 1) {
      recorder.add(site.aPublish(`${String(n % 300)}/${long}`, String(n)));
      if (n % 50 === 49) await recorder.flush();
    }
    await recorder.flush();
    const { rows } = await recorder.page(all);
    expect(rows).toHaveLength(600);
    expect(
      rows.every(({ topic, preview }) => topic === `${String(Number(preview) % 300)}/${long}`),
    ).toBe(true);
    expect((await recorder.topics({ limit: 1 })).total).toBe(300);
  });
});

it('refuses questions once closed, and closing twice is fine', async () => {
  const recorder = await site.opened();
  await recorder.close();
  await recorder.close();
  await expect(recorder.page(all)).rejects.toMatchObject({ code: 'RECORDER_CLOSED' });
  await expect(recorder.topics({ limit: 1 })).rejects.toMatchObject({ code: 'RECORDER_CLOSED' });
  await expect(recorder.resume()).rejects.toMatchObject({ code: 'RECORDER_CLOSED' });
  expect(recorder.state()).toEqual({ kind: 'closed' });
});
