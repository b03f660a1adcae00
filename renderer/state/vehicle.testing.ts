import type { EcuView, JobView, VehicleView } from '#core/contract';

/* Vehicles for tests: as the demo has them but for what a test says. */

export function anEcu(over: Partial<EcuView>): EcuView {
  return {
    ecuId: 'brake',
    name: 'Brake control',
    hardwareId: 'HW-BRAKE-01',
    partNumber: 'OB-BRAKE-1000',
    bootloaderSha256: 'b'.repeat(64),
    layout: 'dual',
    boot: null,
    dependsOn: [],
    activeBank: 'A',
    banks: [
      {
        ...{ bank: 'A', state: 'active', version: '3.0.0', sha256: 'a'.repeat(64) },
        ...{ length: 65_536, releaseCounter: 2 },
      },
      {
        ...{ bank: 'B', state: 'empty', version: null, sha256: null },
        ...{ length: null, releaseCounter: null },
      },
    ],
    activity: 'idle',
    progress: 40,
    rollback: { possible: true, toVersion: '2.0.0' },
    ...over,
  };
}

export function aJob(over: Partial<JobView>): JobView {
  const possible = { possible: true } as const;
  return {
    ...{ updateId: 'u1', ecuId: 'brake', kind: 'update', phase: 'installing' },
    ...{ paused: false, waiting: null },
    controls: { pause: possible, resume: possible, cancel: possible },
    ...over,
  };
}

export function aVehicle(over: Partial<VehicleView>): VehicleView {
  return {
    vin: 'VIN1234567890',
    ...{ online: true, simulated: true, lastSeenAt: null, advice: [], profile: 'demo' },
    ...{ conditions: null, ecus: [anEcu({})], job: null, waiting: 0, fault: null },
    ...over,
  };
}
