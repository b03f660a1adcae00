import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aBench, nextOf, tempDir, type TempDir } from '#core/testing';
import { type Bench } from '../index.ts';

let folder: TempDir;
let bench: Bench;
beforeEach(async () => {
  folder = await tempDir();
  bench = await aBench(folder.join('workspace'));
});
afterEach(async () => {
  await bench.close();
  await folder.remove();
});

const refusal = (code: string): object => ({ data: { code } });

describe('bad input', () => {
  it('refuses filters and expressions that are none', async () => {
    const { traffic } = bench.client;
    const first = (where: object): Promise<unknown> => traffic.find({ where });
    await expect(first({ topicFilter: 'a/#/b' })).rejects.toMatchObject(refusal('FILTER_SYNTAX'));
    await expect(first({ regex: { source: '(' } })).rejects.toMatchObject(refusal('REGEX_SYNTAX'));
    await expect(traffic.watch({ filter: '#x' })).rejects.toMatchObject(refusal('FILTER_SYNTAX'));
    await expect(traffic.diff({ id: 77 })).rejects.toMatchObject(refusal('TRAFFIC_GONE'));
    await expect(traffic.mark({ id: 77 })).rejects.toMatchObject(refusal('MESSAGE_GONE'));
    await expect(traffic.series({ topic: 'a/+', path: '' })).rejects.toMatchObject(
      refusal('TOPIC_SYNTAX'),
    );
    expect(bench.watchers()).toBe(0);
  });

  it('sets a foreign capture aside, says so, and records into a new one', async () => {
    await bench.close();
    for (const end of ['', '-wal', '-shm']) {
      await rm(folder.join('workspace', `traffic.db${end}`), { force: true });
    }
    await writeFile(folder.join('workspace', 'traffic.db'), randomBytes(8_192));
    bench = await aBench(folder.join('workspace'));
    const stream = await bench.client.traffic.watch({});
    const value = await nextOf(stream);
    expect(value).toMatchObject({ state: { kind: 'recording' }, rows: [] });
    expect(value.notices).toMatchObject([{ code: 'CAPTURE_DAMAGED' }]);
    await stream.return();
  });

  it('runs on without recording where the capture cannot be opened, and says why', async () => {
    await bench.close();
    await rm(folder.join('workspace', 'traffic.db'), { force: true });
    const file = folder.join('workspace', 'traffic.db');
    await mkdir(file);
    bench = await aBench(folder.join('workspace'));
    const value = await nextOf(await bench.client.traffic.watch({}));
    if (value.state.kind === 'recording') {
      expect(value.notices).not.toEqual([]);
      return;
    }
    const { roles } = await bench.client.bench.start({ roles: ['broker'] });
    expect(roles.broker.kind).toBe('on');
    await expect(bench.client.traffic.detail({ id: 1 })).rejects.toMatchObject(
      refusal(value.state.refusal.code),
    );
  });
});
