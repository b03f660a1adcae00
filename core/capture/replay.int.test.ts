import { describe, expect, it, onTestFinished } from 'vitest';
import { openLink, type Incoming, type Link } from '#core/link';
import { silentLog, systemClock } from '#core/ports';
import { aCaptured, gathered, startMosquitto, streamOf } from '#core/testing';
import { exportNdjson, importNdjson, replay, type CapturedMessage } from './index.ts';

type Seen = Pick<Incoming, 'topic' | 'qos' | 'retain'> & { payload: string };

const seen = ({ topic, qos, retain, payload }: Seen | Incoming): Seen => ({
  topic,
  qos,
  retain,
  payload: typeof payload === 'string' ? payload : Buffer.from(payload).toString('base64'),
});

async function mosquitto(): Promise<string> {
  // Without a limit of messages on their way, the broker itself would send QoS 0 ahead of others.
  // With Nagle's delay it would hold an acknowledgment back for 40 ms at each wait for one.
  const conf = ['max_inflight_messages 5000', 'max_queued_messages 0', 'set_tcp_nodelay true'];
  const broker = await startMosquitto({ acl: 'topic readwrite #', conf });
  onTestFinished(() => broker.close());
  return broker.url;
}

async function open(url: string, clientId: string): Promise<Link> {
  const options = { url, clientId, clock: systemClock, log: silentLog, clean: true };
  const link = openLink(options);
  onTestFinished(() => link.close());
  await link.whenUp();
  return link;
}

/** What a demo of an update looks like, every QoS and retained ones among it, and odd bytes. */
function demo(): CapturedMessage[] {
  const kinds = ['issue_details', 'status', 'status/acknowledgment', 'progress', 'command'];
  return Array.from({ length: 1_500 }, (_, i) =>
    aCaptured({
      at: 1_767_323_045_000 + Math.floor(i / 3),
      mono: 7_000_000 + i * 333,
      topic: `vehicle/updates/VIN${i % 7}/${kinds[i % 5]!}`,
      payload:
        i % 11 === 0 ? Uint8Array.from({ length: i }, (_, n) => (n * i) & 0xff) : `{"seq":${i}}`,
      qos: ([0, 1, 1, 2, 2, 0, 1] as const)[Math.floor(i / 4) % 7]!,
      retain: i % 50 === 7,
    }),
  );
}

/** Subscribes, lets `publish` work, and gives what came until the last of `count`. */
async function record(
  url: string,
  name: string,
  count: number,
  publish: () => Promise<unknown>,
): Promise<CapturedMessage[]> {
  const link = await open(url, name);
  const messages: CapturedMessage[] = [];
  link.onMessage(({ topic, payload, qos, retain, dup }) => {
    messages.push({
      ...{ at: systemClock.now(), mono: Math.round(systemClock.monotonic() * 1_000) },
      ...{ source: name, direction: 'in', clientId: null, kind: 'publish' },
      ...{ topic, payload: Uint8Array.from(payload), qos, retain, dup },
    });
  });
  await link.subscribe('#', 2);
  await publish();
  await expect.poll(() => messages.length).toBeGreaterThanOrEqual(count);
  return messages;
}

describe('replay onto a real Mosquitto', () => {
  it('a capture, exported, imported, replayed and recorded is identical', async () => {
    const demoed = demo();
    const file = await gathered(exportNdjson(streamOf(demoed), { createdAt: 0 }));
    const url = await mosquitto();
    const sender = await open(url, 'sender');
    const run = async (): Promise<void> => {
      const { messages } = importNdjson(streamOf(file));
      const report = await replay({ messages, link: sender, clock: systemClock, speed: 2 }).done;
      expect(report).toMatchObject({ sent: demoed.length, outcome: { kind: 'finished' } });
      expect(report.drift.meanMs).toBeLessThan(1_000);
    };
    const recorded = await record(url, 'recorder', demoed.length, run);
    // To a subscriber that is there already a retained message comes without the flag
    // (MQTT-3.3.1-9); whether it is kept, the next subscriber sees.
    const plain = demoed.map((message) => ({ ...message, retain: false }));
    expect(recorded.map(seen)).toEqual(plain.map(seen));

    const kept = new Map<string, Seen>();
    for (const message of demoed) if (message.retain) kept.set(message.topic, seen(message));
    const retained = await record(url, 'latecomer', kept.size, async () => undefined);
    const byTopic = (a: Seen, b: Seen): number => (a.topic < b.topic ? -1 : 1);
    expect(retained.map(seen).sort(byTopic)).toEqual([...kept.values()].sort(byTopic));
  });

  it('keeps the pace: one second takes one second', async () => {
    const url = await mosquitto();
    const link = await open(url, 'sender');
    const messages = Array.from({ length: 101 }, (_, i) =>
      aCaptured({ at: 1_767_323_045_000 + i * 10, mono: i * 10_000 }),
    );
    const began = systemClock.monotonic();
    const { drift } = await replay({
      messages: streamOf(messages),
      link,
      clock: systemClock,
      speed: 1,
    }).done;
    expect(systemClock.monotonic() - began).toBeGreaterThanOrEqual(999);
    expect(drift.meanMs).toBeLessThan(50);
  });
});
