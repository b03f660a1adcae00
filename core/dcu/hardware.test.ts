import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { noHazards, seededBytes, type Dcu, type DcuProfile, type Hazards } from '#core/dcu';
import {
  smallProfile,
  startVehicleBench,
  tempDir,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 3 * 1_048_576 });
const LAYOUTS = ['dual', 'single'] as const;

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.broker.published.length = 0;
  dir = await tempDir();
  link = bench.openLink();
  await link.whenUp();
});
afterEach(async () => {
  await dcu.close();
  await link.close();
  await dir.remove();
});

const start = async (profile: DcuProfile, hazards: Partial<Hazards> = {}): Promise<void> => {
  dcu = await bench.start(dir.path, link, { profile, hazards: { ...noHazards, ...hazards } });
};
const offer = async (preconditions = {}): Promise<void> => {
  await bench.offer(await bench.release(image, { preconditions }), { updateId: 'u1' });
};
const progress = (status: string): Promise<Said> =>
  bench.heard('progress', (message) => message['status'] === status);
const refused = (): Promise<Said> =>
  bench.heard('acknowledgment', (message) => message['acknowledgment'] === 'Refused');
const codeOf = (message: Said): unknown => (message['reason'] as { code: string }).code;
const brakeOf = (profile: DcuProfile): DcuProfile['ecus'][number] => profile.ecus[0]!;

describe('the watchdog', () => {
  for (const layout of LAYOUTS) {
    it(`gives a new image up after its starts are spent, ${layout} bank`, async () => {
      const profile = smallProfile(layout);
      brakeOf(profile).bootAttempts = 3;
      let starts = 0;
      await start(profile, {
        bootFails: (_ecuId, bank) => {
          const brake = dcu.vehicle().ecus[0]!;
          if (brake.banks.find((each) => each.bank === bank)!.state !== 'pending') return false;
          starts += 1;
          expect(brake.boot).toEqual({ attempt: starts, allowed: 3 });
          return true;
        },
      });
      await offer();
      const end = await progress('rolled_back');
      expect(codeOf(end)).toBe('WATCHDOG_REVERT');
      expect(starts).toBe(3);
      expect(dcu.vehicle().ecus[0]).toMatchObject({ activeBank: 'A', boot: { attempt: 0 } });
    });

    it(`lets an image live that starts at the last attempt, ${layout} bank`, async () => {
      const profile = smallProfile(layout);
      brakeOf(profile).bootAttempts = 3;
      let failing = 2;
      await start(profile, { bootFails: () => failing-- > 0 });
      await offer();
      await progress('completed');
    });
  }

  it('leaves an ECU that starts from neither bank, and says so', async () => {
    await start(smallProfile(), { bootFails: () => true });
    await offer();
    expect(codeOf(await progress('failed'))).toBe('BOOT_FAILED');
  });
});

describe('[D3] the hardware’s own limits', () => {
  for (const [code, conditions] of [
    ['SUPPLY_LOW', { supplyMillivolts: 11_000 }],
    ['SUPPLY_HIGH', { supplyMillivolts: 16_000 }],
    ['TEMPERATURE', { temperatureCelsius: 90 }],
  ] as const) {
    it(`refuse an update with ${code}, as the conditions are when it is offered`, async () => {
      const profile = smallProfile();
      profile.supplyWindow = { minMillivolts: 11_500, maxMillivolts: 15_500 };
      brakeOf(profile).temperatureCelsius = { min: -20, max: 60 };
      await start(profile);
      dcu.setConditions({ ...profile.conditions, ...conditions });
      expect(dcu.vehicle().conditions).toMatchObject(conditions);
      await offer();
      expect(codeOf(await refused())).toBe(code);
    });
  }

  it('of an ECU go before the vehicle’s', async () => {
    const profile = smallProfile();
    profile.supplyWindow = { minMillivolts: 20_000, maxMillivolts: 30_000 };
    brakeOf(profile).supplyWindow = { minMillivolts: 9_000, maxMillivolts: 16_000 };
    await start(profile);
    await offer();
    await progress('completed');
  });

  for (const layout of LAYOUTS) {
    it(`end a write whose supply sags, and the old software comes back, ${layout} bank`, async () => {
      const profile = smallProfile(layout);
      profile.supplyWindow = { minMillivolts: 11_500, maxMillivolts: 15_500 };
      let writing = false;
      await start(profile, {
        conditions: (set) => (writing ? { ...set, supplyMillivolts: 9_400 } : set),
      });
      dcu.onChange(({ ecus }) => {
        writing = ecus[0]!.banks.some(({ state }) => state === 'writing');
      });
      await offer();
      const end = await progress('rolled_back');
      expect(end['reason']).toMatchObject({
        code: 'SUPPLY_LOW',
        detail: 'the supply has 9400 mV, the ECU is written to between 11500 and 15500 mV',
      });
      expect(dcu.vehicle().ecus[0]!.banks[0]).toMatchObject({ state: 'active', version: '1.0' });
    });
  }
});
