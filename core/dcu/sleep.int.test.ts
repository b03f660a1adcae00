import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes } from '#core/dcu';
import {
  smallProfile,
  startVehicleBench,
  tempDir,
  vehicleProcess,
  type TempDir,
  type VehicleBench,
  type VehicleProcess,
} from '#core/testing';

let bench: VehicleBench;
let dir: TempDir;
let vehicle: VehicleProcess;

beforeAll(async () => {
  bench = await startVehicleBench();
  dir = await tempDir();
  const profile = { ...smallProfile(), speed: 'real' as const };
  profile.ecus[0]!.writeRate = 500_000;
  vehicle = vehicleProcess({
    ...{ broker: bench.broker.url, dir: dir.path, transport: 'https', profile },
    ...{ server: bench.server.url, tls: bench.server.tls, keepaliveSeconds: 1 },
  });
  await vehicle.start();
}, 60_000);
afterAll(async () => {
  await vehicle.kill();
  await bench.close();
  await dir.remove();
});

// Windows has no such signals; a computer that sleeps there stops the same clocks.
describe.skipIf(process.platform === 'win32')('a vehicle whose computer sleeps', () => {
  it.each([
    ['downloading', 1],
    ['installing', 2],
  ] as const)(
    'while %s, until the broker has given it up, goes on when it wakes',
    async (phase, n) => {
      bench.broker.published.length = 0;
      // Long enough to be caught in: on one machine a download is over in no time.
      bench.server.faults = phase === 'downloading' ? { delayMs: 20 } : {};
      const image = seededBytes({ seed: phase, length: 1_000_000 });
      const release = { version: String(n), releaseCounter: 2 + n };
      const updateId = `u${String(n)}`;
      await bench.offer(await bench.release(image, release), { updateId });
      const said = (status: string) =>
        bench.heard('progress', (it) => it['updateId'] === updateId && it['status'] === status);
      await said(phase);
      const givenUp = once(bench.broker.aedes, 'clientDisconnect');
      vehicle.sleep();
      await givenUp;
      vehicle.wake();
      expect(await said('completed')).toMatchObject({ progress: 100, version: String(n) });
    },
  );
});
