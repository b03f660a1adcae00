import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Incoming, Link } from '#core/link';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import { createTopics, encodePayload, type FirmwareBlock } from '#core/protocol';
import { createReplayGuard } from '#core/signing';
import { openDatabase } from '#core/storage';
import { aKey, aKeyRing, aManifest } from '#core/testing';
import { createBlockServer } from './blocks.ts';
import { createRefusals } from './refusals.ts';
import { prepareTables } from './tables.ts';
import { createUpdates } from './updates.ts';

const SHA = 'a'.repeat(64);
const request: Incoming = {
  topic: '',
  payload: encodePayload({ sha256: SHA, offset: 0, length: 4 }),
  qos: 1,
  retain: false,
  dup: false,
};

/** A server whose link holds every block until released. */
async function aServer() {
  const db = openDatabase(':memory:');
  prepareTables(db);
  const updates = createUpdates(db);
  for (const vin of ['VIN1', 'VIN2']) {
    updates.insert({
      updateId: `update-${vin}`,
      vin,
      ecuId: 'brake',
      releaseId: 'r',
      version: '1',
      description: '',
      createdAt: 0,
      stage: 'downloading',
      progress: 0,
      paused: false,
      waiting: null,
      members: [],
      releases: [],
      steps: [],
      foreign: false,
      installs: true,
    });
  }
  const sent: { topic: string; block: FirmwareBlock; release: () => void }[] = [];
  let wake = (): void => undefined;
  const publish: Link['publish'] = (topic, payload) =>
    new Promise((release) => {
      sent.push({
        topic,
        block: JSON.parse(Buffer.from(payload).toString()) as FirmwareBlock,
        release,
      });
      wake();
    });
  const server = createBlockServer({
    link: { publish } as Link,
    topics: createTopics(),
    catalogue: {
      artifact: () => ({ sha256: SHA, length: 4, name: 'x' }),
      open: () => Readable.from([Buffer.from('data')]),
      release: () => aManifest({ firmware: { name: 'x', sha256: SHA, length: 4 } }),
    },
    updates,
    refusals: createRefusals(db),
    keys: aKeyRing(),
    policy: 'off',
    algorithms: [],
    replay: createReplayGuard(db),
    messageKey: await aKey(),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  const until = async (enough: () => boolean): Promise<void> => {
    while (!enough()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { server, sent, until };
}

describe('the block server under a flood', () => {
  it('works on four of a vehicle at once, keeps 32 waiting, and says BUSY beyond', async () => {
    const { server, sent, until } = await aServer();
    for (let count = 0; count < 40; count += 1) server.onRequest('VIN1', 'update-VIN1', request);
    await until(() => sent.length === 8);
    const busy = sent.filter(({ block }) => block.reason?.code === 'BUSY');
    expect(busy).toHaveLength(4);
    // Each one that is out lets the next in, until all 36 are served.
    for (let served = 0; served < 40; served += 1) {
      await until(() => sent.length > served);
      sent[served]!.release();
    }
    await server.close();
    expect(sent.filter(({ block }) => block.data !== '')).toHaveLength(36);
  });

  it('serves another vehicle although the first has its queue full', async () => {
    const { server, sent, until } = await aServer();
    for (let count = 0; count < 30; count += 1) server.onRequest('VIN1', 'update-VIN1', request);
    server.onRequest('VIN2', 'update-VIN2', request);
    await until(() => sent.some(({ topic }) => topic.includes('VIN2')));
    expect(sent.filter(({ topic }) => topic.includes('VIN1')).length).toBeLessThanOrEqual(4);
    const closing = server.close();
    for (const { release } of sent) release();
    await until(() => sent.length >= 5);
    for (const { release } of sent) release();
    await closing;
  });
});
