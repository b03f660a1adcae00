import { createHash } from 'node:crypto';
import { z } from 'zod';
import { checkEcus } from './ecu-order.ts';
import { checkInventorySize, checkSeededBytes } from './profile-limits.ts';

const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const EcuId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** Bytes per second: from a serial line to memory, nothing that no flash could do. */
const Rate = z.number().int().min(256).max(17_179_869_184);
/** An hour: longer is no start, but a hang. */
const ShortMs = Count.max(3_600_000);

/** The voltage that a flash may be written at. */
export const SupplyWindow = z
  .strictObject({ minMillivolts: Count.max(1_000_000), maxMillivolts: Count.max(1_000_000) })
  .refine(({ minMillivolts, maxMillivolts }) => minMillivolts <= maxMillivolts, {
    error: 'minMillivolts is above maxMillivolts',
  });
export type SupplyWindow = z.infer<typeof SupplyWindow>;

const Celsius = z.number().int().min(-100).max(300);
const TemperatureLimits = z
  .strictObject({ min: Celsius, max: Celsius })
  .refine(({ min, max }) => min <= max, { error: 'min is above max' });

/** Bytes made from a seed: the same on every machine, and nobody's firmware. */
const SeededImage = z.strictObject({
  seed: z.string().min(1).max(64),
  /** Bytes. */
  length: Count.min(1).max(16_777_216),
});

/** Software that an ECU leaves the factory with. */
const FactorySoftware = SeededImage.extend({
  version: z.string().min(1).max(64),
  releaseCounter: Count,
});

export const EcuProfile = z.strictObject({
  /** Also a folder's name. */
  ecuId: EcuId,
  name: z.string().min(1).max(128),
  hardwareId: z.string().min(1).max(128),
  partNumber: z.string().min(1).max(128),
  bootloader: SeededImage,
  /** [D5] what the bootloader must hash to. */
  bootloaderSha256: z.string().regex(/^[0-9a-f]{64}$/),
  factory: FactorySoftware,
  /**
   * `dual`: the image goes into the bank that does not run. `single`: it is written in place, over
   * what runs, and a copy of that brings it back when something goes wrong.
   */
  layout: z.enum(['dual', 'single']).default('dual'),
  /** Starts of a new image before the watchdog gives it up. */
  bootAttempts: z.number().int().min(1).max(100).default(1),
  /** ECUs that must run before this one is updated. */
  dependsOn: z.array(EcuId).max(255).default([]),
  /** Null: the vehicle's. */
  supplyWindow: SupplyWindow.nullable().default(null),
  /** At which it may be written to; null: any. */
  temperatureCelsius: TemperatureLimits.nullable().default(null),
  /** In bank B, or the backup, from the start; null leaves it empty. */
  previous: FactorySoftware.nullable(),
  /** Speed of the flash, bytes per second. */
  eraseRate: Rate,
  writeRate: Rate,
  /** Longest simulated erase and write, ms; a large image goes faster rather than on for hours. */
  longestInstallMs: Count.max(86_400_000),
  rebootMs: ShortMs,
  selfTestMs: ShortMs,
});
export type EcuProfile = z.infer<typeof EcuProfile>;

/** What [D3] looks at. */
export const VehicleConditions = z.strictObject({
  supplyMillivolts: Count,
  ignition: z.enum(['on', 'off']),
  parked: z.boolean(),
  /** Space the vehicle has for images, bytes; the computer's own free space counts besides. */
  freeBytes: Count,
  temperatureCelsius: Celsius.default(20),
});
export type VehicleConditions = z.infer<typeof VehicleConditions>;

export const DcuProfile = z.strictObject({
  name: z.string().min(1).max(128),
  /** `real` keeps to the rates and times above, `full` waits for nothing. */
  speed: z.enum(['real', 'full']),
  conditions: VehicleConditions,
  /** Of the vehicle's supply, at which its ECUs may be written to; null: any. */
  supplyWindow: SupplyWindow.nullable().default(null),
  /** Whether somebody is asked before the first write. */
  confirmInstall: z.boolean().default(false),
  ecus: z
    .array(EcuProfile)
    .min(1)
    .max(256)
    .superRefine((ecus, context) => {
      checkEcus(ecus, context);
      checkInventorySize(ecus, context);
      checkSeededBytes(ecus, context);
    }),
});
export type DcuProfile = z.infer<typeof DcuProfile>;

/** The bytes of a seeded image (SHAKE-256 of the seed, FIPS 202). */
export function seededBytes(image: { seed: string; length: number }): Uint8Array {
  return new Uint8Array(
    createHash('shake256', { outputLength: image.length }).update(image.seed).digest(),
  );
}

/** Hashes of what has been asked for: profiles are looked at far more often than they change. */
const hashes = new Map<string, string>();
const HASHES_KEPT = 1_024;

/** SHA-256 of a seeded image, lower-case hex. */
export function seededSha256(image: { seed: string; length: number }): string {
  const key = `${String(image.length)}/${image.seed}`;
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const sha256 = createHash('sha256').update(seededBytes(image)).digest('hex');
  const [oldest] = hashes.keys();
  if (hashes.size >= HASHES_KEPT && oldest !== undefined) hashes.delete(oldest);
  hashes.set(key, sha256);
  return sha256;
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
      temperatureCelsius: 20,
    },
    supplyWindow: { minMillivolts: 11_500, maxMillivolts: 15_500 },
    confirmInstall: false,
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
    bootloaderSha256: seededSha256(bootloader),
    layout: 'dual',
    bootAttempts: 1,
    dependsOn: [],
    supplyWindow: null,
    temperatureCelsius: null,
    factory: software('3.0.0', 2),
    previous: before === null ? null : software(before, 1),
    eraseRate: 2_097_152,
    writeRate: 262_144,
    longestInstallMs: 3_000,
    rebootMs: 250,
    selfTestMs: 150,
  };
}
