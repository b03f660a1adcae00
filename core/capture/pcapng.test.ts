import { describe, expect, it } from 'vitest';
import { aCaptured, gathered, streamOf } from '#core/testing';
import { exportPcapng, type CapturedMessage } from './index.ts';

type Packet = { atUs: number; ip: Buffer };

/** Reads the blocks by the draft's figures, apart from how they are written. */
async function packets(messages: readonly CapturedMessage[]): Promise<Packet[]> {
  const bytes = Buffer.concat(await gathered(exportPcapng(streamOf(messages))));
  const found: Packet[] = [];
  const types: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    expect(length % 4).toBe(0);
    expect(bytes.readUInt32LE(at + length - 4)).toBe(length);
    const type = bytes.readUInt32LE(at);
    types.push(type);
    if (type === 6) {
      const atUs = bytes.readUInt32LE(at + 12) * 2 ** 32 + bytes.readUInt32LE(at + 16);
      const size = bytes.readUInt32LE(at + 20);
      found.push({ atUs, ip: bytes.subarray(at + 28, at + 28 + size) });
    }
    at += length;
  }
  expect(types.slice(0, 2)).toEqual([0x0a0d0d0a, 1]);
  expect(new Set(types.slice(2))).toEqual(new Set(found.length > 0 ? [6] : []));
  return found;
}

/** RFC 1071: the sum over everything, the checksum included, is all ones. */
function onesSum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i]! << 8) + (bytes[i + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum;
}

const portOf = ({ ip }: Packet): number => Math.min(ip.readUInt16BE(20), 65_535);

describe('pcapng', () => {
  it('has both checksums right, for odd and even lengths', async () => {
    const messages = ['', 'a', 'ab', 'x'.repeat(70_001)].map((payload) => aCaptured({ payload }));
    const all = await packets(messages);
    expect(all.length).toBeGreaterThan(8);
    for (const { ip } of all) {
      expect(ip.readUInt16BE(2)).toBe(ip.length);
      expect(onesSum(ip.subarray(0, 20))).toBe(0xffff);
      const pseudo = Buffer.alloc(12);
      ip.copy(pseudo, 0, 12, 20);
      pseudo[9] = 6;
      pseudo.writeUInt16BE(ip.length - 20, 10);
      expect(onesSum(Buffer.concat([pseudo, ip.subarray(20)]))).toBe(0xffff);
    }
  });

  it('numbers the bytes of each side without gap, also when a message takes several segments', async () => {
    const big = 'x'.repeat(200_000);
    const all = await packets([
      aCaptured({ payload: big }),
      aCaptured({ direction: 'in', source: 'link', clientId: null, payload: 'to us' }),
      aCaptured({ payload: 'later' }),
    ]);
    const next = new Map<string, number>();
    for (const { ip } of all) {
      const flow = ip.toString('hex', 12, 24);
      const seq = ip.readUInt32BE(24);
      const isSyn = (ip[33]! & 2) !== 0;
      if (next.has(flow)) expect(seq).toBe(next.get(flow));
      else expect(isSyn).toBe(true);
      next.set(flow, seq + ip.length - 40 + (isSyn ? 1 : 0));
    }
    expect(next.size).toBe(4);
  });

  it('spaces messages of one millisecond as the monotonic clock measured', async () => {
    const at = 1_767_323_045_678;
    const all = await packets([
      aCaptured({ at, mono: 10_000_000 }),
      aCaptured({ at, mono: 10_000_250 }),
      aCaptured({ at: at + 1, mono: 10_000_900 }),
      // Another process: its monotonic clock began again.
      aCaptured({ at: at + 5_000, mono: 3 }),
    ]);
    const last = all.slice(-3).map(({ atUs }) => atUs - at * 1_000);
    expect(last).toEqual([250, 900, 5_000_000]);
  });

  it('tells of what has no packet in MQTT, and of nothing else', async () => {
    const out: CapturedMessage[] = [];
    const refused = aCaptured({ kind: 'refused', code: 'ACL_DENIED' });
    const given = streamOf([aCaptured(), refused, aCaptured({ kind: 'connect' })]);
    for await (const chunk of exportPcapng(given, { onLeftOut: (message) => out.push(message) })) {
      expect(chunk.length).toBeGreaterThan(0);
    }
    expect(out).toEqual([refused]);
  });

  it('gives each client its own connection, and a new one after it went', async () => {
    const all = await packets([
      aCaptured({ kind: 'connect', topic: '' }),
      aCaptured(),
      aCaptured({ clientId: 'other' }),
      aCaptured({ kind: 'disconnect', topic: '' }),
      aCaptured(),
    ]);
    const syns = all.filter(({ ip }) => ip[33] === 2);
    expect(new Set(syns.map(portOf)).size).toBe(3);
  });
});
