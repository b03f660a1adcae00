import { createHash } from 'node:crypto';
import { z } from 'zod';

const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Bytes made from a seed: the same on every machine, and nobody's firmware. */
const SeededImage = z.object({
  seed: z.string().min(1).max(64),
  /** Bytes. */
  length: Count.min(1).max(16_777_216),
});

/** Software that an ECU leaves the factory with. */
const FactorySoftware = SeededImage.extend({
  version: z.string().min(1).max(64),
  releaseCounter: Count,
});

export const EcuProfile = z.object({
  /** Also a folder's name. */
  ecuId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  name: z.string().min(1).max(128),
  hardwareId: z.string().min(1).max(128),
  partNumber: z.string().min(1).max(128),
  bootloader: SeededImage,
  /** [D5] what the bootloader must hash to. */
  bootloaderSha256: z.string().regex(/^[0-9a-f]{64}$/),
  factory: FactorySoftware,
  /** In bank B from the start; null leaves it empty. */
  previous: FactorySoftware.nullable(),
  /** Speed of the flash, bytes per second. */
  eraseRate: Count.min(1),
  writeRate: Count.min(1),
  /** Longest simulated erase and write, ms; a large image goes faster rather than on for hours. */
  longestInstallMs: Count,
  rebootMs: Count,
  selfTestMs: Count,
});
export type EcuProfile = z.infer<typeof EcuProfile>;

/** What [D3] looks at. */
export const VehicleConditions = z.object({
  supplyMillivolts: Count,
  ignition: z.enum(['on', 'off']),
  parked: z.boolean(),
  /** Space the vehicle has for images, bytes; the computer's own free space counts besides. */
  freeBytes: Count,
});
export type VehicleConditions = z.infer<typeof VehicleConditions>;

export const DcuProfile = z.object({
  name: z.string().min(1).max(128),
  /** `real` keeps to the rates and times above, `full` waits for nothing. */
  speed: z.enum(['real', 'full']),
  conditions: VehicleConditions,
  /** Whether somebody is asked before the first write. */
  confirmInstall: z.boolean().optional(),
  ecus: z
    .array(EcuProfile)
    .min(1)
    .max(256)
    .refine((ecus) => new Set(ecus.map((ecu) => ecu.ecuId)).size === ecus.length, {
      error: 'two ECUs have one ecuId',
    }),
});
export type DcuProfile = z.infer<typeof DcuProfile>;

/** The bytes of a seeded image (SHAKE-256 of the seed, FIPS 202). */
export function seededBytes(image: { seed: string; length: number }): Uint8Array {
  return new Uint8Array(
    createHash('shake256', { outputLength: image.length }).update(image.seed).digest(),
  );
}

/**
 * The vehicle of the offline demo: four ECUs, fast enough not to bore and slow enough to watch.
 * Infotainment has a previous version in bank B, so that a rollback can be shown at once; the
 * others have nothing to return to until their first update.
 */
export function demoProfile(speed: DcuProfile['speed'] = 'real'): DcuProfile {
  return {
    name: 'Demo vehicle',
    speed,
    conditions: {
      supplyMillivolts: 12_600,
      ignition: 'off',
      parked: true,
      freeBytes: 34_359_738_368,
    },
    ecus: [
      demoEcu('brake', 'Brake control', 65_536, null),
      demoEcu('engine', 'Engine control', 131_072, null),
      demoEcu('gateway', 'Central gateway', 98_304, null),
      demoEcu('infotainment', 'Infotainment', 262_144, '2.9.4'),
    ],
  };
}

function demoEcu(id: string, name: string, length: number, before: string | null): EcuProfile {
  const bootloader = { seed: `${id} bootloader 1`, length: 16_384 };
  const software = (version: string, releaseCounter: number): EcuProfile['factory'] => ({
    seed: `${id} software ${version}`,
    length,
    version,
    releaseCounter,
  });
  return {
    ecuId: id,
    name,
    hardwareId: `HW-${id.toUpperCase()}-01`,
    partNumber: `OB-${id.toUpperCase()}-1000`,
    bootloader,
    bootloaderSha256: createHash('sha256').update(seededBytes(bootloader)).digest('hex'),
    factory: software('3.0.0', 2),
    previous: before === null ? null : software(before, 1),
    eraseRate: 2_097_152,
    writeRate: 262_144,
    longestInstallMs: 3_000,
    rebootMs: 250,
    selfTestMs: 150,
  };
}
