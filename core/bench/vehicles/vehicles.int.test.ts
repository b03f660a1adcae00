import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBench, type Bench, type BenchOptions } from '#core/bench';
import { type RefusalView, type VehicleView } from '#core/contract';
import { openLink } from '#core/link';
import { silentLog, systemClock } from '#core/ports';
import { tempDir, type TempDir } from '#core/testing';

const ECUS = fileURLToPath(new URL('../../../resources/ecus', import.meta.url));
const DEMO = 'VIN1234567890';
const TRUCK = 'TRUCK000000000001';

let dir: TempDir;
let bench: Bench;

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await bench.close();
  await dir.remove();
});

const open = async (options: Partial<BenchOptions> = {}): Promise<void> => {
  bench = await createBench({
    workspaceDir: dir.path,
    host: 'headless',
    version: '0',
    ecusDir: ECUS,
    ecuSpeed: 'full',
    settings: { listeners: { tls: { on: true, port: 0 } }, backendPort: 0 },
    ...options,
  });
};
/** The vehicle once it is as wanted. */
const seen = async (
  vin: string,
  wanted: (vehicle: VehicleView) => boolean = () => true,
): Promise<VehicleView> => {
  const stop = AbortSignal.timeout(20_000);
  for await (const frame of await bench.client.vehicles.watch(undefined, { signal: stop })) {
    const vehicle = frame.upserts.find((each) => each.vin === vin);
    if (vehicle && wanted(vehicle)) return vehicle;
  }
  throw new Error(`${vin} did not come to be as wanted`);
};
const all = async (): Promise<string[]> => {
  for await (const { upserts } of await bench.client.vehicles.watch()) {
    return upserts.map(({ vin }) => vin);
  }
  return [];
};
/** What the broker hands out at once to whoever subscribes. */
const retainedOf = async (vin: string, url: string): Promise<string[]> => {
  const { ca, cert, key } = await bench.certificateFor('backend');
  const link = openLink({
    ...{ url, clientId: 'onlooker', clean: true, tls: { ca, cert, key } },
    ...{ clock: systemClock, log: silentLog },
  });
  const topics: string[] = [];
  link.onMessage(({ topic, retain }) => {
    if (retain) topics.push(topic);
  });
  await link.subscribe('vehicle/updates/#', 1);
  // What comes after the acknowledgment of another subscription comes after what was retained.
  await link.subscribe('vehicle/updates/none/inventory', 1);
  await link.close();
  return topics.filter((topic) => topic.includes(vin));
};
const refusalOf = (calling: Promise<unknown>): Promise<RefusalView | 'taken'> =>
  calling.then(
    () => 'taken',
    (error: unknown) => (error as { data: RefusalView }).data,
  );
const codeOf = async (calling: Promise<unknown>): Promise<unknown> => {
  const refusal = await refusalOf(calling);
  return refusal === 'taken' ? refusal : refusal.code;
};

describe('several vehicles', () => {
  it('are added while the role is on, updated, remembered, and leave nothing when removed', async () => {
    await open();
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    await bench.client.vehicles.add({ vin: TRUCK, profile: 'legacy-truck-24v' });
    const truck = await seen(TRUCK, ({ online }) => online);
    expect(truck).toMatchObject({
      simulated: true,
      profile: 'legacy-truck-24v',
      conditions: { supplyMillivolts: 26_400, temperatureCelsius: 12 },
    });
    expect(truck.ecus.map(({ layout }) => layout)).toEqual(['single', 'single', 'single']);
    expect(truck.ecus[1]).toMatchObject({
      dependsOn: ['engine'],
      boot: { attempt: 0, allowed: 3 },
    });

    await bench.client.vehicles.setConditions({
      vin: TRUCK,
      conditions: { supplyMillivolts: 24_100 },
    });
    expect((await seen(TRUCK)).conditions).toMatchObject({
      supplyMillivolts: 24_100,
      ignition: 'off',
    });
    const { updateId } = await bench.client.vehicles.rollback({ vin: TRUCK, ecuId: 'engine' });
    expect(updateId).toMatch(/./);
    await seen(
      TRUCK,
      ({ ecus: [engine] }) => engine?.banks[0]?.version === '2.8.0' && engine.rollback.possible,
    );

    expect(await codeOf(bench.client.vehicles.add({ vin: TRUCK, profile: 'demo' }))).toBe(
      'VEHICLE_KNOWN',
    );
    await bench.close();

    await open();
    expect(await all()).toContain(TRUCK);
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    const again = await seen(TRUCK, ({ online }) => online);
    expect(again.conditions?.supplyMillivolts).toBe(24_100);
    expect(again.ecus[0]?.banks[0]?.version).toBe('2.8.0');

    await bench.client.vehicles.remove({ vin: TRUCK });
    expect(await all()).not.toContain(TRUCK);
    expect(await readdir(dir.join('vehicles'))).not.toContain(TRUCK);
    expect(await codeOf(bench.client.vehicles.remove({ vin: TRUCK }))).toBe('VEHICLE_UNKNOWN');
  });

  it('that are removed while they or their power are off stay away, and their faults with them', async () => {
    await open();
    const { client } = bench;
    await client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    for (const vin of ['DARK', 'OFF']) {
      await client.vehicles.add({ vin, profile: 'fleet-node' });
      await seen(vin, ({ online }) => online);
    }
    await client.faults.set({ vin: 'OFF', fault: { kind: 'bootFails', times: 3 } });
    const fault = { kind: 'powerCut', at: { now: true }, offMs: 600_000 } as const;
    await client.faults.set({ vin: 'DARK', fault });
    await seen('DARK', ({ online }) => !online);
    await client.vehicles.remove({ vin: 'DARK' });
    await client.bench.stop({ roles: ['dcu'] });
    await client.vehicles.remove({ vin: 'OFF' });
    for await (const { upserts } of await client.faults.watch()) {
      expect(upserts).toEqual([]);
      break;
    }
    await client.vehicles.add({ vin: 'LATER', profile: 'fleet-node' });
    await client.bench.stop({ roles: ['backend'] });
    await client.bench.start({ roles: ['backend', 'dcu'] });
    // What is retained comes as the backend subscribes, before anything new.
    await seen('LATER', ({ online }) => online);
    expect((await all()).filter((vin) => vin === 'DARK' || vin === 'OFF')).toEqual([]);
  });

  it('that are removed while the broker is away are taken back once it is there, after a restart too', async () => {
    await open();
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    await bench.client.vehicles.add({ vin: 'GONE', profile: 'fleet-node' });
    await seen('GONE', ({ online }) => online);
    await bench.client.bench.stop({ roles: ['broker', 'backend', 'dcu'] });
    await bench.client.vehicles.remove({ vin: 'GONE' });
    await bench.close();
    await open();
    const { endpoints } = await bench.client.bench.start({ roles: ['broker'] });
    await expect.poll(() => retainedOf('GONE', endpoints[0]!.url), { timeout: 15_000 }).toEqual([]);
    expect(await retainedOf(DEMO, endpoints[0]!.url)).not.toEqual([]);
  });

  it('named for one run go with it', async () => {
    await open({ vins: ['ONCE'], profile: 'fleet-node' });
    await bench.client.bench.start({ roles: ['broker', 'dcu'] });
    expect((await seen('ONCE')).ecus.map(({ ecuId }) => ecuId)).toEqual(['telematics']);
    await bench.close();
    await open();
    expect(await all()).not.toContain('ONCE');
  });

  it('are refused by name, profile and number, and nothing is remembered of it', async () => {
    await open();
    const add = (vin: string, profile: string): Promise<unknown> =>
      codeOf(bench.client.vehicles.add({ vin, profile }));
    expect(await add('backend', 'demo')).toBe('BAD_INPUT');
    expect(await add('V1', 'no-such')).toBe('PROFILE_UNKNOWN');
    expect(await codeOf(bench.client.vehicles.setConditions({ vin: 'V1', conditions: {} }))).toBe(
      'VEHICLE_UNKNOWN',
    );
    expect(await all()).toEqual([]);
  });
});

describe('profiles', () => {
  it('of the product are all sound, and one of the workspace goes before them', async () => {
    await open();
    const listed = await bench.client.vehicles.profiles();
    expect(listed.map(({ name }) => name).sort()).toEqual([
      'demo',
      'ev-domain-controllers',
      'fleet-node',
      'legacy-truck-24v',
      'single-bank-sensor',
    ]);
    expect(listed.filter(({ problem }) => problem !== null)).toEqual([]);
    const { text } = listed.find(({ name }) => name === 'fleet-node')!;
    const mine = text.replace('"Fleet node"', '"My node"');
    await bench.client.vehicles.saveProfile({ name: 'fleet-node', text: mine });
    expect(await readFile(dir.join('ecus', 'fleet-node.json'), 'utf8')).toBe(mine);
    const after = await bench.client.vehicles.profiles();
    expect(after.filter(({ name }) => name === 'fleet-node')).toMatchObject([
      { title: 'My node', origin: 'workspace', text: mine },
    ]);
    await writeFile(dir.join('ecus', 'broken.json'), '{ "format": 2 }');
    const broken = (await bench.client.vehicles.profiles()).find(({ name }) => name === 'broken');
    expect(broken?.problem).toMatchObject({ code: 'PROFILE_INVALID' });
  });

  it('that are wrong are refused by file, line, column and path, and not kept', async () => {
    await open();
    const good = await readFile(`${ECUS}/ev-domain-controllers.json`, 'utf8');
    const reason = async (text: string): Promise<unknown> => {
      const saving = bench.client.vehicles.saveProfile({ name: 'mine', text });
      const refusal = await refusalOf(saving);
      if (refusal === 'taken') return refusal;
      expect(refusal.code).toBe('PROFILE_INVALID');
      return refusal.reason;
    };
    const changed = (from: string, to: string): Promise<unknown> => {
      expect(good).toContain(from);
      return reason(good.replace(from, to));
    };
    expect(await reason('{')).toMatch(/^mine\.json:1:2 \$: no JSON here/);
    expect(await changed('"format": 1,', '"format": 1,\n  "colour": "red",')).toBe(
      'mine.json:4:3 $.colour: there is no member "colour" here',
    );
    expect(await changed('"parked": true', '"parked": "yes"')).toMatch(
      /^mine\.json:\d+:5 \$\.conditions\.parked: .*boolean/,
    );
    expect(await changed('"writeRate": 2097152', '"writeRate": 3')).toMatch(
      /^mine\.json:\d+:7 \$\.ecus\[0\]\.writeRate: .*256/,
    );
    expect(await changed('"ev-12v"', '"ev-13v"')).toMatch(
      /^mine\.json:\d+:3 \$\.supplyWindow: there is no voltage window "ev-13v"; there is passenger-12v/,
    );
    expect(await changed('"bootAttempts": 3', '"dependsOn": ["drive"]')).toMatch(
      /^mine\.json:\d+:\d+ \$\.ecus\[0\]\.dependsOn\[0\]: gateway → drive → .*gateway: none of them could run first/,
    );
    expect(await changed('"dependsOn": ["gateway"]', '"dependsOn": ["radio"]')).toMatch(
      /\$\.ecus\[1\]\.dependsOn\[0\]: the vehicle has no ECU "radio"/,
    );
    expect(await changed('"ecuId": "drive"', '"ecuId": "adas"')).toMatch(
      /two ECUs are called "adas"/,
    );
    expect(await bench.client.vehicles.profiles()).toHaveLength(5);
  });
});
