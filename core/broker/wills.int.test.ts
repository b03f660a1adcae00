import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectAsync } from 'mqtt';
import { startTestBroker, tempDir, type TempDir, type TestBroker } from '#core/testing';
import { encodeMessage, keyOf } from './record.ts';

/* What a broker that was killed finds on its disk. */

let folder: TempDir;
let test: TestBroker | null = null;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  await test?.close();
  await folder.remove();
});

it('publishes the wills of a run that was killed only where their user may still write', async () => {
  const db = new ClassicLevel<string, Buffer>(folder.join('broker'), { valueEncoding: 'buffer' });
  const leave = (clientId: string, topic: string, head: object): Promise<void> => {
    const message = { topic, payload: Buffer.from('gone'), qos: 1, retain: true } as const;
    return db.put(keyOf('will', clientId), encodeMessage(message, head));
  };
  await leave('allowed', 'w/ann', { user: 'ann' });
  await leave('denied', 'other/ann', { user: 'ann' });
  await leave('nobody', 'w/nobody', {});
  await db.close();
  const told: string[] = [];
  test = await startTestBroker({
    users: ['ann', 'bob'],
    acl: 'user ann\ntopic write w/#\nuser bob\ntopic read #\n',
    dir: folder.join('broker'),
    log: (_, message) => told.push(message),
  });
  const bob = await connectAsync(test.url, { username: 'bob', password: 'bob' });
  const got: string[] = [];
  bob.on('message', (topic) => got.push(topic));
  await bob.subscribeAsync('#', { qos: 1 });
  // Sent with the answer to the first; the second comes behind them all.
  await bob.subscribeAsync('#', { qos: 1 });
  await bob.endAsync();
  expect(new Set(got)).toEqual(new Set(['w/ann']));
  expect(told).toEqual([
    expect.stringContaining('will of denied is not published: ann may not write other/ann'),
    expect.stringContaining('will of nobody'),
  ]);
});
