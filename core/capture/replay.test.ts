import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aCaptured, type FixedClock, fixedClock, streamOf } from '#core/testing';
import {
  replay,
  type CapturedMessage,
  type Replay,
  type ReplayOptions,
  type ReplayProgress,
  type ReplayTarget,
} from './index.ts';

type Sent = { at: number; topic: string };
type Stage = { clock: FixedClock; sent: Sent[]; link: ReplayTarget };

function stage(): Stage {
  const clock = fixedClock();
  const sent: Sent[] = [];
  const link: ReplayTarget = {
    publish: async (topic) => {
      sent.push({ at: clock.monotonic(), topic });
    },
  };
  return { clock, sent, link };
}

const START = Date.parse('2026-01-02T03:04:05.678Z');
const after = (ms: number, topic: string, more: Partial<CapturedMessage> = {}): CapturedMessage =>
  aCaptured({ at: START + ms, mono: 5_000 + ms * 1_000, topic, ...more });

function start(
  { clock, link }: Stage,
  messages: readonly CapturedMessage[],
  more: Partial<ReplayOptions> = {},
): Replay {
  return replay({ messages: streamOf(messages), link, clock, speed: 1, ...more });
}

/** Moves the clock to whoever sleeps next, in steps of a millisecond, until it is over. */
async function play({ clock }: Stage, running: Replay): Promise<void> {
  const ended = new AbortController();
  const over = (): boolean => ended.signal.aborted;
  void running.done.finally(() => {
    ended.abort();
  });
  while (!over()) {
    await expect.poll(() => over() || clock.sleepers() > 0, { interval: 1 }).toBe(true);
    clock.advance(1);
  }
}

describe('replay', () => {
  it.each([
    [1, [0, 100, 150]],
    [2, [0, 50, 75]],
    [0.5, [0, 200, 300]],
  ])('at speed %d keeps the distances', async (speed, times) => {
    const on = stage();
    const running = start(on, [after(0, 'a'), after(100, 'b'), after(150, 'c')], { speed });
    await play(on, running);
    expect(on.sent).toEqual(['a', 'b', 'c'].map((topic, i) => ({ at: times[i], topic })));
    expect(await running.done).toMatchObject({
      state: 'ended',
      sent: 3,
      position: START + 150,
      drift: { maxMs: 0, behind: 0 },
      outcome: { kind: 'finished' },
    });
  });

  it('at speed Infinity waits for nothing and reports no drift', async () => {
    const on = stage();
    const running = start(on, [after(0, 'a'), after(1e9, 'b')], { speed: Infinity });
    expect(await running.done).toMatchObject({ sent: 2, drift: { meanMs: 0, maxMs: 0 } });
    expect(on.clock.monotonic()).toBe(0);
  });

  it('never goes back in time, and keeps the order of the capture', async () => {
    const on = stage();
    const messages = [
      after(100, 'a'),
      after(0, 'set back', { mono: 105_001 }),
      after(150, 'c', { mono: 155_001 }),
    ];
    await play(on, start(on, messages));
    expect(on.sent.map(({ topic }) => topic)).toEqual(['a', 'set back', 'c']);
  });

  it('says how late it was, in the mean and at most', async () => {
    const on = stage();
    const slow: ReplayTarget = {
      publish: async (topic) => {
        on.sent.push({ at: on.clock.monotonic(), topic });
        if (topic === 'a') on.clock.advance(30);
      },
    };
    const running = start({ ...on, link: slow }, [after(0, 'a'), after(10, 'b'), after(28, 'c')]);
    await play(on, running);
    const { drift } = await running.done;
    expect(drift).toEqual({ meanMs: 22 / 3, maxMs: 20, behind: 1 });
  });

  it('sends what is asked for: kind, time, topic and any condition', async () => {
    const on = stage();
    const messages = [
      after(0, 'x/early'),
      after(10, 'x/in'),
      after(11, 'y/in'),
      after(12, 'x/in', { kind: 'refused' }),
      after(13, 'x/not', { retain: true }),
      after(20, 'x/late'),
    ];
    const running = start(on, messages, {
      ...{ from: START + 10, to: START + 20, filter: 'x/#', speed: Infinity },
      accept: ({ retain }) => !retain,
    });
    expect(await running.done).toMatchObject({ sent: 1, skipped: 5 });
    expect(on.sent.map(({ topic }) => topic)).toEqual(['x/in']);
  });

  it('rewrites topics, and refuses what may not be published to, with a code', async () => {
    const on = stage();
    const topics = ['vehicle/updates/A/status', 'x/b/c', '$SYS/broker/uptime', 'gone/', 'as/it/is'];
    const running = start(
      on,
      topics.map((topic) => after(0, topic)),
      {
        speed: Infinity,
        rewrite: [
          { pattern: 'vehicle/updates/+/#', template: 'copy/{2}/of/{1}/{VIN}' },
          { pattern: 'x/+/c', template: '$SYS/{1}' },
          { pattern: 'gone/+', template: '{1}' },
        ],
      },
    );
    const report = await running.done;
    expect(on.sent.map(({ topic }) => topic)).toEqual(['copy/status/of/A/{VIN}', 'as/it/is']);
    expect(report.refused).toBe(3);
    expect(report.refusals.map(({ index, code }) => [index, code])).toEqual([
      [2, 'SYSTEM_TOPIC'],
      [3, 'SYSTEM_TOPIC'],
      [4, 'TOPIC_INVALID'],
    ]);
  });

  it.each([
    [{ rewrite: [{ pattern: 'a/#/b', template: 'x' }] }, 'REWRITE_INVALID'],
    [{ rewrite: [{ pattern: 'a/+', template: '{2}' }] }, 'REWRITE_INVALID'],
    [{ speed: 0 }, 'SPEED_INVALID'],
    [{ speed: Number.NaN }, 'SPEED_INVALID'],
    [{ filter: 'a/#/b' }, 'FILTER_SYNTAX'],
  ])('refuses %j before anything is sent', (more, code) => {
    expect(() => start(stage(), [], more)).toThrow(expect.objectContaining({ code }));
  });

  it('pauses without drift, and goes on where it was', async () => {
    const on = stage();
    const running = start(on, [after(0, 'a'), after(100, 'b'), after(200, 'c')]);
    await expect.poll(() => on.clock.sleepers()).toBeGreaterThan(0);
    on.clock.advance(40);
    running.pause();
    on.clock.advance(1_000);
    expect(on.sent).toHaveLength(1);
    running.resume();
    await play(on, running);
    expect(on.sent.map(({ at }) => at)).toEqual([0, 1_100, 1_200]);
    expect((await running.done).drift.maxMs).toBe(0);
  });

  it('that is paused before its first message sends it when it goes on', async () => {
    const on = stage();
    const running = start(on, [after(0, 'a'), after(100, 'b')]);
    running.pause();
    on.clock.advance(300);
    await turn();
    on.clock.advance(200);
    running.resume();
    await play(on, running);
    expect(on.sent.map(({ at }) => at)).toEqual([500, 600]);
  });

  it.each(['stop', 'signal', 'while paused'])('ends when told to: %s', async (how) => {
    const on = stage();
    const outside = new AbortController();
    const running = start(on, [after(0, 'a'), after(1e6, 'b')], { signal: outside.signal });
    await expect.poll(() => on.clock.sleepers()).toBeGreaterThan(0);
    if (how === 'while paused') running.pause();
    if (how === 'signal') outside.abort();
    else running.stop();
    expect(await running.done).toMatchObject({ sent: 1, outcome: { kind: 'stopped' } });
  });

  it('ends at the first message that the connection refuses, at once', async () => {
    const on = stage();
    const link: ReplayTarget = {
      publish: () => Promise.reject(new Error('no connection')),
    };
    const running = start({ ...on, link }, [after(0, 'a'), after(1e6, 'b')]);
    expect(await running.done).toMatchObject({
      sent: 1,
      outcome: { kind: 'failed', reason: 'no connection' },
    });
  });

  it('lets nothing overtake a message of QoS 2, and no more go than asked', async () => {
    const on = stage();
    const open: { topic: string; done: () => void }[] = [];
    const link: ReplayTarget = {
      publish: (topic) =>
        new Promise((resolve) => {
          open.push({ topic, done: resolve });
        }),
    };
    const messages = [
      ...['a', 'b', 'c'].map((topic) => after(0, topic)),
      after(0, 'd', { qos: 2 }),
      after(0, 'e', { qos: 0 }),
    ];
    const running = start({ ...on, link }, messages, { inFlight: 2, speed: Infinity });
    const names = (): string => open.map(({ topic }) => topic).join('');
    await expect.poll(() => names()).toBe('ab');
    open[1]!.done();
    await expect.poll(() => names()).toBe('abc');
    open[0]!.done();
    await expect.poll(() => names()).toBe('abcd');
    open[2]!.done();
    await turn();
    expect(names()).toBe('abcd');
    open[3]!.done();
    await expect.poll(() => names()).toBe('abcde');
    open[4]!.done();
    expect((await running.done).sent).toBe(5);
  });

  it('tells its progress at most ten times a second, and the end', async () => {
    const on = stage();
    const told: ReplayProgress[] = [];
    const messages = Array.from({ length: 500 }, (_, i) => after(i, 'a'));
    const running = start(on, messages, { onProgress: (progress) => told.push(progress) });
    await play(on, running);
    await running.done;
    expect(told.length).toBeLessThanOrEqual(7);
    expect(told.at(-1)).toMatchObject({ state: 'ended', sent: 500 });
  });

  it('says when the capture cannot be read', async () => {
    async function* broken(): AsyncGenerator<CapturedMessage, void, undefined> {
      yield after(0, 'a');
      throw new Error('disk');
    }
    const on = stage();
    await expect(start(on, [], { messages: broken() }).done).rejects.toThrow('disk');
    expect(on.sent).toHaveLength(1);
  });
});
