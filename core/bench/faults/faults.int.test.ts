import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, DEMO_VIN } from '#core/bench';
import { type EcuView, type Fault, type FaultView, type UpdateView } from '#core/contract';
import { aBench, tempDir, type TempDir } from '#core/testing';

let folder: TempDir;
let bench: Bench;
beforeAll(async () => {
  folder = await tempDir();
  bench = await aBench(folder.path);
});
afterAll(async () => {
  await bench.close();
  await folder.remove();
});

const ENDS = ['completed', 'rolled_back', 'failed', 'refused', 'cancelled'];

async function demo(): Promise<UpdateView> {
  const { updateId } = await bench.client.demo.run();
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (update && ENDS.includes(update.stage)) return update;
  }
  throw new Error('the stream ended first');
}

async function whenIdle(): Promise<EcuView> {
  for await (const frame of await bench.client.vehicles.watch()) {
    const vehicle = frame.upserts.find(({ vin }) => vin === DEMO_VIN);
    const ecu = vehicle?.ecus.find(({ ecuId }) => ecuId === 'infotainment');
    if (vehicle?.online === true && ecu?.activity === 'idle') return ecu;
  }
  throw new Error('the stream ended first');
}

async function whenFault(fits: (view: FaultView) => boolean): Promise<FaultView> {
  for await (const frame of await bench.client.faults.watch()) {
    const view = frame.upserts.find(fits);
    if (view) return view;
  }
  throw new Error('the stream ended first');
}

async function activeIsWhole(): Promise<void> {
  const ecu = await whenIdle();
  const active = ecu.banks.find(({ bank }) => bank === ecu.activeBank);
  const file = `vehicles/${DEMO_VIN}/ecus/infotainment/bank-${ecu.activeBank}.bin`;
  const bytes = await readFile(folder.join(file));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(active?.sha256);
}

const set = (fault: Fault, vin = DEMO_VIN): Promise<{ faultId: string }> =>
  bench.client.faults.set({ vin, fault });

describe('faults of the bench’s own vehicles', () => {
  it('are there before the vehicle is, and show when they strike', async () => {
    const { faultId } = await set({ kind: 'selfTestFails', times: 1, complaint: 'no picture' });
    const armed = await whenFault((view) => view.faultId === faultId);
    expect(armed).toMatchObject({ vin: DEMO_VIN, state: 'armed', fired: 0, lastFiredAt: null });
    expect(armed.summary).toContain('no picture');
    expect(await demo()).toMatchObject({
      stage: 'rolled_back',
      refusal: { code: 'SELF_TEST_FAILED' },
    });
    const spent = await whenFault((view) => view.faultId === faultId && view.state === 'spent');
    expect(spent.fired).toBe(1);
    expect(spent.lastFiredAt).toBeGreaterThan(0);
    await activeIsWhole();
  });

  it('cut the power of one vehicle, which comes back by itself and ends its update', async () => {
    const { faultId } = await set({
      kind: 'powerCut',
      at: { byte: 100_000, where: 'bank' },
      offMs: 200,
    });
    const offline = (async () => {
      for await (const frame of await bench.client.vehicles.watch()) {
        if (frame.upserts.some(({ vin, online }) => vin === DEMO_VIN && !online)) return;
      }
    })();
    expect(await demo()).toMatchObject({ stage: 'completed' });
    await offline;
    await whenFault((view) => view.faultId === faultId && view.state === 'spent');
    await activeIsWhole();
  });

  it('cut it now, with nothing under way, and again while it is off', async () => {
    const first = await set({ kind: 'powerCut', at: { now: true }, offMs: 50 });
    const second = await set({ kind: 'powerCut', at: { now: true }, offMs: 50 });
    for (const { faultId } of [first, second]) {
      await whenFault((view) => view.faultId === faultId && view.state === 'spent');
    }
    expect(await demo()).toMatchObject({ stage: 'completed' });
    await activeIsWhole();
  });

  it('are switched off while it runs', async () => {
    await set({ kind: 'bootloaderChanged', ecuId: 'infotainment' });
    expect(await demo()).toMatchObject({ stage: 'failed', refusal: { code: 'BOOTLOADER_HASH' } });
    const { cleared } = await bench.client.faults.clear({ vin: DEMO_VIN });
    expect(cleared).toBeGreaterThan(1);
    expect(await bench.client.faults.clear({ vin: DEMO_VIN })).toEqual({ cleared: 0 });
    expect(await demo()).toMatchObject({ stage: 'completed' });
  });

  it('refuse a rollback to an image that is gone, and touch nothing', async () => {
    const { faultId } = await set({ kind: 'missingPreviousImage', ecuId: 'infotainment' });
    await whenFault((view) => view.faultId === faultId && view.state === 'spent');
    const before = await whenIdle();
    const { updateId } = await bench.client.vehicles.rollback({
      vin: DEMO_VIN,
      ecuId: 'infotainment',
    });
    for await (const frame of await bench.client.updates.watch()) {
      const update = frame.upserts.find((each) => each.updateId === updateId);
      if (!update || !ENDS.includes(update.stage)) continue;
      expect(update).toMatchObject({ stage: 'failed', refusal: { code: 'NO_VALID_BANK' } });
      break;
    }
    expect((await whenIdle()).activeBank).toBe(before.activeBank);
    await activeIsWhole();
  });

  it('tell a form what there is', async () => {
    const kinds = await bench.client.faults.kinds();
    expect(kinds).toHaveLength(18);
    expect(kinds.find(({ kind }) => kind === 'diskFull')?.parameters).toMatchObject([
      { name: 'afterBytes', unit: 'bytes', required: true, type: { kind: 'integer', min: 0 } },
    ]);
  });

  it('refuse what cannot be', async () => {
    const { client } = bench;
    const refused = async (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => null,
        (error: unknown) => (error as { data?: unknown }).data,
      );
    const sent = (input: unknown): Promise<unknown> =>
      client.faults.set(input as Parameters<typeof client.faults.set>[0]);
    const fault = { kind: 'bootFails', times: 1 };
    for (const [input, code, reason] of [
      [{ vin: 'NOBODY', fault }, 'VEHICLE_UNKNOWN', DEMO_VIN],
      [{ vin: DEMO_VIN, fault: { ...fault, ecuId: 'wiper' } }, 'ECU_UNKNOWN', 'infotainment'],
      [{ vin: DEMO_VIN, fault: { kind: 'meteorite' } }, 'BAD_INPUT', 'powerCut'],
      [{ vin: DEMO_VIN, fault: { ...fault, tiems: 2 } }, 'BAD_INPUT', 'tiems'],
      [{ vin: DEMO_VIN, fault: { kind: 'bootFails', times: 0 } }, 'BAD_INPUT', 'times'],
      [{ vin: DEMO_VIN, fault, seed: 3 }, 'BAD_INPUT', 'seed'],
    ] as const) {
      const refusal = await refused(sent(input));
      expect(refusal, JSON.stringify(input)).toMatchObject({ code });
      expect(JSON.stringify(refusal)).toContain(reason);
    }
    expect(await refused(client.faults.clear({ vin: DEMO_VIN, faultId: 'fault-0' }))).toMatchObject(
      { code: 'FAULT_UNKNOWN' },
    );
    expect(await refused(client.faults.clear({ vin: 'NOBODY' }))).toMatchObject({
      code: 'VEHICLE_UNKNOWN',
    });
    for (let more = 0; more < 64; more += 1)
      await set({ kind: 'bootFails', ecuId: 'brake', times: 1 });
    expect(await refused(sent({ vin: DEMO_VIN, fault }))).toMatchObject({
      code: 'FAULTS_TOO_MANY',
    });
    await client.faults.clear({ vin: DEMO_VIN });
  });

  it('refuse to open on a fault that nobody understands, and leave the workspace alone', async () => {
    const other = folder.join('other');
    await expect(aBench(other, { faults: ['powerCut:bite=4'] })).rejects.toMatchObject({
      code: 'FAULT_INVALID',
    });
    await expect(aBench(other, { faults: ['bootFails:ecuId=wiper'] })).rejects.toMatchObject({
      code: 'ECU_UNKNOWN',
    });
    // A refused opening holds on to nothing.
    await (await aBench(other, { faults: ['bootFails'], faultSeed: '7' })).close();
  });
});
