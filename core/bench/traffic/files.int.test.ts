import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TrafficRow } from '#core/contract';
import {
  aBench,
  type MosquittoProcess,
  startMosquitto,
  tempDir,
  type TempDir,
  capturedRows,
  connectionTo,
} from '#core/testing';
import { type Bench } from '../index.ts';

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

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const refusal = (code: string): object => ({ data: { code } });
const connected = (): Promise<string> => connectionTo(bench, mosquitto.url);
const rowsOf = (where: object, count: number): Promise<TrafficRow[]> =>
  capturedRows(bench, where, count);

async function exported(form: 'ndjson' | 'csv' | 'pcapng', where: object): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const event of await bench.client.capture.export({ form, where })) {
    if (event.kind === 'chunk') pieces.push(Buffer.from(event.base64, 'base64'));
  }
  return Buffer.concat(pieces);
}

async function imported(name: string, bytes: Buffer): Promise<{ imported: number; bad: number }> {
  const { import: incoming } = bench.client.capture;
  const { uploadId } = await incoming.begin({ name });
  for (let offset = 0; offset < bytes.length; offset += 1_000) {
    const piece = bytes.subarray(offset, offset + 1_000);
    await incoming.chunk({ uploadId, offset, base64: piece.toString('base64') });
  }
  return incoming.finish({ uploadId });
}

describe('files', () => {
  it('brings an exported capture back as it was, and names what is damaged in a file', async () => {
    const id = await connected();
    for (let n = 0; n < 30; n += 1) {
      const payloadBase64 = base64(n % 3 === 0 ? randomBytes(64) : `{"n":${n}}`);
      await bench.client.publish.send({
        ...{ connection: id, topic: `x/${n}`, payloadBase64, qos: 1, retain: n % 2 === 0 },
      });
    }
    const sent = await rowsOf({ topicFilter: 'x/#', direction: 'out' }, 30);
    const file = await exported('ndjson', { topicFilter: 'x/#', direction: 'out' });
    expect(await imported('shop.ndjson', file)).toMatchObject({ imported: 30, bad: 0 });
    const back = await rowsOf({ source: 'import:shop.ndjson' }, 30);
    const shape = ({ topic, qos, retain, size, at, preview }: TrafficRow): object => ({
      ...{ topic, qos, retain, size, at, preview },
    });
    expect(back.map(shape)).toEqual(sent.map(shape));
    expect(await imported('cut', file.subarray(0, file.length - 20))).toMatchObject({
      ...{ imported: 29, bad: 1, faults: [{ line: 31, code: 'LINE_CUT' }] },
    });
    const csv = await exported('csv', { topicFilter: 'x/#', direction: 'out', source: 'shop' });
    expect(csv.toString().trim().split('\r\n')).toHaveLength(31);
    const pcapng = await exported('pcapng', { source: 'shop' });
    expect(pcapng.readUInt32LE(0)).toBe(0x0a0d0d0a);
  });

  it('carries what is odd and legal all the way: broker, capture, list, tree, file and back', async () => {
    const connection = await connected();
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    const odd: [topic: string, payload: string | Uint8Array][] = [
      ['odd/\u202egpj.exe', 'right to left \u202e שלום'],
      ['odd/🚗/👩‍👩‍👧', '{"🚗":"🔧"}'],
      [`odd/${'x'.repeat(65_531)}`, 'the longest topic'],
      [`odd/${Array.from({ length: 199 }, (_, n) => n).join('/')}`, '200 levels'],
      ['odd//', 'empty levels'],
      ['odd/deep', deep],
      ['odd/number', '{"n":123456789012345678901234567890.25,"id":9007199254740993}'],
      ['odd/bytes', Uint8Array.of(0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d)],
      ['odd/<script>alert(1)<script>', '<script>alert(1)</script>'],
    ];
    for (const [topic, payload] of odd) {
      await bench.client.publish.send({
        ...{ connection, topic, payloadBase64: base64(payload), qos: 1 },
      });
    }
    const told = async (where: object): Promise<[string, string][]> => {
      const rows = await rowsOf({ topicFilter: 'odd/#', kinds: ['publish'], ...where }, odd.length);
      return Promise.all(
        rows.map(async ({ id, topic }) => {
          const { payloadBase64 } = await bench.client.traffic.detail({ id });
          return [topic, payloadBase64] as [string, string];
        }),
      );
    };
    const sent = odd.map(([topic, payload]) => [topic, base64(payload)]);
    const heard = { source: 'shop', direction: 'in' };
    expect(await told(heard)).toEqual(sent);

    const { traffic } = bench.client;
    const [number] = await rowsOf({ ...heard, topicFilter: 'odd/number' }, 1);
    const { views } = await traffic.detail({ id: number!.id });
    expect(JSON.stringify(views[0])).toContain('123456789012345678901234567890.25');
    expect(JSON.stringify(views[0])).toContain('9007199254740993');
    const { total } = await traffic.topics({ prefix: 'odd/' });
    expect(total).toBe(odd.length);
    const { branches } = await traffic.branches({ under: 'odd' });
    expect(branches.reduce((sum, { topics }) => sum + topics, 0)).toBe(odd.length);

    const file = await exported('ndjson', { topicFilter: 'odd/#', ...heard });
    expect(await imported('odd', file)).toMatchObject({ imported: odd.length, bad: 0 });
    expect(await told({ source: 'import:odd' })).toEqual(sent);
    for (const form of ['csv', 'pcapng'] as const) {
      expect((await exported(form, { topicFilter: 'odd/#', ...heard })).length).toBeGreaterThan(0);
    }
  });

  it('refuses what is no capture, pieces out of order, and an import that is not there', async () => {
    const { import: incoming } = bench.client.capture;
    await expect(imported('x', Buffer.from('{"a":1}\n{"b":2}\n'))).rejects.toMatchObject(
      refusal('NOT_A_CAPTURE'),
    );
    const { uploadId } = await incoming.begin({ name: 'y' });
    await expect(
      incoming.chunk({ uploadId, offset: 5, base64: base64('abc') }),
    ).rejects.toMatchObject(refusal('IMPORT_OFFSET'));
    expect(await incoming.abort({ uploadId })).toMatchObject({ imported: 0 });
    await expect(incoming.finish({ uploadId })).rejects.toMatchObject(refusal('IMPORT_UNKNOWN'));
  });
});
