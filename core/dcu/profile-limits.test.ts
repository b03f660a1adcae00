import { describe, expect, it } from 'vitest';
import { DcuProfile } from '#core/dcu';
import { encodePayload, Inventory } from '#core/protocol';
import { signObject, typOf } from '#core/signing';
import { aKey, smallProfile } from '#core/testing';

type Ecu = DcuProfile['ecus'][number];
const [small] = smallProfile().ecus;

const vehicleOf = (count: number, more: (index: number) => Partial<Ecu> = () => ({})): unknown => ({
  ...smallProfile(),
  ecus: Array.from({ length: count }, (_, index) => ({
    ...{ ...small!, ecuId: `ecu-${index}`, name: `Zone controller ${index}` },
    ...more(index),
  })),
});
const problemsOf = (profile: unknown): string[] =>
  (DcuProfile.safeParse(profile).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('a profile', () => {
  it('is taken only while its inventory fits into a message with every bank full', async () => {
    const counts = Array.from({ length: 256 }, (_, index) => index + 1);
    const most = counts.findLast((count) => problemsOf(vehicleOf(count)).length === 0)!;
    expect(most).toBeGreaterThan(48);
    expect(problemsOf(vehicleOf(most + 1))).toEqual([
      expect.stringMatching(new RegExp(`^ecus\\.${most}: .*inventory may grow to \\d+ bytes`)),
    ]);
    const full = {
      ...{ state: 'writing', version: '€'.repeat(64), sha256: 'f'.repeat(64) },
      ...{ length: Number.MAX_SAFE_INTEGER, releaseCounter: Number.MAX_SAFE_INTEGER },
    };
    const inventory = Inventory.parse({
      ecus: DcuProfile.parse(vehicleOf(most)).ecus.map((ecu) => ({
        ...{ ecuId: ecu.ecuId, name: ecu.name, hardwareId: ecu.hardwareId },
        ...{ partNumber: ecu.partNumber, bootloaderSha256: ecu.bootloaderSha256 },
        ...{ layout: ecu.layout, activeBank: 'A' },
        banks: (['A', 'B'] as const).map((bank) => ({ bank, ...full })),
      })),
      ...{ messageId: crypto.randomUUID(), vin: 'V'.repeat(64), sender: `dcu:${'V'.repeat(64)}` },
      ...{ seq: Number.MAX_SAFE_INTEGER, issuedAt: '2026-01-02T03:04:05.000Z' },
    });
    const signed = await signObject(inventory, {
      key: await aKey('ES256'),
      typ: typOf('inventory'),
    });
    expect(() => encodePayload(signed)).not.toThrow();
  });

  it('of which each ECU depends on all before it is looked at in one pass', () => {
    const names = Array.from({ length: 40 }, (_, index) => `ecu-${index}`);
    const chain = (index: number): Partial<Ecu> => ({ dependsOn: names.slice(0, index) });
    expect(problemsOf(vehicleOf(40, chain))).toEqual([]);
    const ring = (index: number): Partial<Ecu> => ({
      dependsOn: index === 7 ? ['ecu-39'] : names.slice(0, index),
    });
    expect(problemsOf(vehicleOf(40, ring))).toEqual([
      expect.stringMatching(/^ecus\.7\.dependsOn\.0: ecu-7 → ecu-39 → .*ecu-7: none of them could/),
    ]);
    expect(problemsOf(vehicleOf(2, (index) => ({ dependsOn: [`ecu-${index}`] })))).toEqual([
      'ecus.0.dependsOn.0: ecu-0 → ecu-0: none of them could run first',
    ]);
  });

  it('has no more bytes made from seeds than are made in a moment', () => {
    const bootloader = { seed: 'boot', length: 16_777_216 };
    expect(problemsOf(vehicleOf(2, () => ({ bootloader })))).toEqual([]);
    expect(problemsOf(vehicleOf(3, () => ({ bootloader })))).toEqual([
      expect.stringMatching(/^ecus\.2\.bootloader\.length: .*bootloaders have more than 33554432/),
    ]);
    const factory = { ...small!.factory, length: 16_777_216 };
    expect(problemsOf(vehicleOf(16, () => ({ factory, previous: factory })))).toEqual([
      expect.stringMatching(/^ecus\.7: .*seeded images have more than 268435456/),
    ]);
  });
});
