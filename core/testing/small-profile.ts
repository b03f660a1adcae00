import { createHash } from 'node:crypto';
import { seededBytes, type DcuProfile } from '#core/dcu';

/** A vehicle of two small ECUs that waits for nothing. */
export function smallProfile(layout: 'dual' | 'single' = 'dual'): DcuProfile {
  const ecu = (ecuId: string, previous: boolean): DcuProfile['ecus'][number] => {
    const bootloader = { seed: `${ecuId} boot`, length: 256 };
    return {
      ecuId,
      name: ecuId,
      hardwareId: `hw-${ecuId}`,
      partNumber: 'P1',
      bootloader,
      bootloaderSha256: sha256Of(seededBytes(bootloader)),
      layout,
      bootAttempts: 1,
      dependsOn: [],
      supplyWindow: null,
      temperatureCelsius: null,
      factory: { seed: `${ecuId} 1.0`, length: 5_000, version: '1.0', releaseCounter: 2 },
      previous: previous
        ? { seed: `${ecuId} 0.9`, length: 4_000, version: '0.9', releaseCounter: 1 }
        : null,
      eraseRate: 1_000_000,
      writeRate: 1_000_000,
      longestInstallMs: 3_000,
      rebootMs: 100,
      selfTestMs: 100,
    };
  };
  return {
    name: 'small',
    speed: 'full',
    conditions: {
      supplyMillivolts: 12_600,
      ignition: 'off',
      parked: true,
      freeBytes: 1_000_000_000_000,
      temperatureCelsius: 20,
    },
    supplyWindow: null,
    confirmInstall: false,
    ecus: [ecu('brake', false), ecu('infotainment', true)],
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
