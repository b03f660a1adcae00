import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type TrafficRow } from '#core/contract';
import { openLink } from '#core/link';
import { silentLog, systemClock } from '#core/ports';
import {
  aBench,
  capturedRows,
  connectionTo,
  foundIn,
  type MosquittoProcess,
  startMosquitto,
  tempDir,
  type TempDir,
} from '#core/testing';
import { type Bench } from '../index.ts';
import { type RetainedEvent } from './retained.ts';

let folder: TempDir;
let mosquitto: MosquittoProcess;
let bench: Bench;
beforeEach(async () => {
  folder = await tempDir();
  mosquitto = await startMosquitto({ acl: 'topic readwrite #\n' });
  bench = await aBench(folder.join('workspace'));
});
afterEach(async () => {
  await bench.close();
  await mosquitto.close();
  await folder.remove();
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const refusal = (code: string): object => ({ data: { code } });
const connected = (): Promise<string> => connectionTo(bench, mosquitto.url);
const rowsOf = (where: object, count: number): Promise<TrafficRow[]> =>
  capturedRows(bench, where, count);

describe('what is retained', () => {
  type Listed = Extract<RetainedEvent, { kind: 'end' }> & { topics: string[] };
  const listed = async (id: string, filter: string): Promise<Listed> => {
    const topics: string[] = [];
    for await (const event of await bench.client.retained.list({ connection: id, filter })) {
      if (event.kind === 'end') return { ...event, topics };
      topics.push(...event.messages.map(({ topic }) => topic));
    }
    throw new Error('the list did not end');
  };
  const removed = async (
    id: string,
    filter: string,
    expected: string | string[],
  ): Promise<object | null> => {
    const wanted = { connection: id, filter, expect: expected };
    let last: object | null = null;
    for await (const event of await bench.client.retained.delete(wanted)) last = event;
    return last;
  };
  const retain = (id: string, topic: string, value = 'v'): Promise<unknown> =>
    bench.client.publish.send({
      ...{ connection: id, topic, payloadBase64: base64(value), retain: true, qos: 1 },
    });

  it('is listed whole, and deleted only as it was shown', async () => {
    const id = await connected();
    for (let n = 0; n < 40; n += 1) await retain(id, `keep/${n}`);
    const shown = await listed(id, 'keep/#');
    expect(shown).toMatchObject({ found: 40, complete: true });
    expect(shown.topics).toHaveLength(40);
    // As many as before, and one of them another.
    await retain(id, 'keep/7', '');
    await retain(id, 'keep/PRECIOUS');
    const changed = refusal('RETAINED_CHANGED');
    await expect(removed(id, 'keep/#', shown.digest)).rejects.toMatchObject(changed);
    await expect(removed(id, 'keep/7', ['keep/7'])).rejects.toMatchObject(changed);
    const { digest, topics } = await listed(id, 'keep/#');
    expect(topics).toContain('keep/PRECIOUS');
    expect(await removed(id, 'keep/8', ['keep/8'])).toMatchObject({ deleted: 1, failed: 0 });
    await expect(removed(id, 'keep/#', digest)).rejects.toMatchObject(changed);
    const last = await listed(id, 'keep/+');
    expect(await removed(id, 'keep/+', last.digest)).toMatchObject({
      ...{ kind: 'end', deleted: 39, failed: 0, total: 39 },
    });
    expect((await listed(id, 'keep/#')).topics).toEqual([]);
    // What was sent is captured, as everything that is.
    const where = { source: 'shop', direction: 'out', retained: true, maxSize: 0 } as const;
    expect((await foundIn(bench, where)).ids).toHaveLength(41);
  });

  it('in a burst is neither cut nor recorded twice', async () => {
    const id = await connected();
    const somebody = openLink({
      ...{ url: mosquitto.url, clientId: 'somebody', clock: systemClock, log: silentLog },
    });
    onTestFinished(() => somebody.close());
    await somebody.whenUp();
    const topics = Array.from({ length: 3_000 }, (_, n) => `burst/${n}`);
    for (const topic of topics) {
      await somebody.publish(topic, Buffer.from('v'), { qos: 0, retain: true });
    }
    await somebody.publish('burst/last', Buffer.from('v'), { qos: 1, retain: true });
    const all = await listed(id, 'burst/#');
    expect(all).toMatchObject({ found: 3_001, complete: true });
    const late = await connectionTo(bench, mosquitto.url, { name: 'late' });
    await expect
      .poll(
        async () => (await foundIn(bench, { source: 'late', topicFilter: 'burst/#' })).ids.length,
      )
      .toBeGreaterThanOrEqual(3_001);
    const { ids } = await foundIn(bench, { source: 'late' });
    const kinds = await foundIn(bench, { source: 'late', kinds: ['publish'] });
    expect({ messages: kinds.ids.length, events: ids.length - kinds.ids.length }).toEqual({
      ...{ messages: 3_001, events: 1 },
    });
    await bench.client.connections.remove({ id: late });
  });
});

it('opened twice at once is one connection, and closed is closed', async () => {
  const { connections } = bench.client;
  const { id } = await connections.add({
    ...{ name: 'twice', url: mosquitto.url, user: null, production: false, protocol: 4 },
    subscriptions: [{ filter: 't/#', qos: 1 }],
  });
  await Promise.all([connections.open({ id }), connections.open({ id })]);
  const send = { connection: id, topic: 't/a', payloadBase64: '', qos: 1 } as const;
  await bench.client.publish.send(send);
  expect(await rowsOf({ source: 'twice', direction: 'in' }, 1)).toHaveLength(1);
  await connections.close({ id });
  expect(await foundIn(bench, { source: 'twice', kinds: ['connect'] })).toMatchObject({
    ids: [expect.anything()],
  });
  // Closed while it opens.
  await Promise.all([connections.open({ id }), connections.close({ id })]);
  const other = await connected();
  await bench.client.publish.send({ ...send, connection: other, topic: 't/b' });
  await rowsOf({ source: 'shop', topicFilter: 't/b', direction: 'in' }, 1);
  expect((await foundIn(bench, { source: 'twice', topicFilter: 't/b' })).ids).toEqual([]);
});
