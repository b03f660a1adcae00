import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type BenchCa, type DcuBundle, createBenchCa, dcuBundle } from './index.ts';

let ca: BenchCa;
let bundle: DcuBundle;
beforeAll(async () => {
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
  bundle = {
    vin: 'VIN1',
    identity: await ca.issue({ kind: 'client', cn: 'VIN1' }),
    caPem: ca.certPem,
    brokerUrl: 'mqtts://bench.local:8883',
    backendUrl: null,
    topics: [],
    at: Date.parse('2026-03-01T12:00:00Z'),
  };
});
afterAll(() => ca.close());

const readmeOf = async (changes: Partial<DcuBundle>): Promise<string> => {
  const files = unzipSync(await dcuBundle({ ...bundle, ...changes }));
  return Buffer.from(files['README.md'] ?? []).toString();
};

/** APPNOTE.TXT 4.3.12: the permissions of each file, from the central directory. */
function modesOf(zip: Uint8Array): Record<string, string> {
  const view = Buffer.from(zip);
  const modes: Record<string, string> = {};
  for (let at = view.indexOf('PK\x01\x02'); at >= 0; at = view.indexOf('PK\x01\x02', at + 46)) {
    const name = view.toString('utf8', at + 46, at + 46 + view.readUInt16LE(at + 28));
    modes[name] = (view.readUInt32LE(at + 38) >>> 16).toString(8);
  }
  return modes;
}

describe('dcuBundle', () => {
  it.each([0, Date.parse('1979-12-31'), Date.parse('2200-01-01'), 8.64e15])(
    'is made whatever the clock says: %d',
    async (at) => {
      expect(unzipSync(await dcuBundle({ ...bundle, at }))).toHaveProperty(['dcu.key']);
    },
  );

  it('lets only the owner read keys once they are unpacked', async () => {
    expect(modesOf(await dcuBundle({ ...bundle, passphrase: 'passphrase' }))).toEqual({
      'README.md': '644',
      'ca.crt': '644',
      'dcu.crt': '644',
      'dcu.json': '644',
      'dcu.key': '600',
      'dcu.p12': '600',
    });
  });

  it('writes addresses as the tools take them', async () => {
    expect(await readmeOf({ brokerUrl: 'mqtts://[2001:db8::7]:8884' })).toContain(
      'mosquitto_sub -h 2001:db8::7 -p 8884 ',
    );
    expect(await readmeOf({ brokerUrl: null })).toContain('mosquitto_sub -h BROKER -p 8883 ');
  });

  it('says when the broker cannot be reached from a real DCU, and when a key must be opened', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      expect(await readmeOf({ brokerUrl: `mqtts://${host}:8883` })).toContain('no other machine');
    }
    const plain = await readmeOf({});
    expect(plain).not.toContain('no other machine');
    expect(plain).not.toContain('openssl pkey');
    expect(await readmeOf({ passphrase: 'passphrase' })).toContain('openssl pkey -in dcu.key');
  });
});
