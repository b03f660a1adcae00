import { z } from 'zod';
import { checkEcus } from './ecu-order.ts';
import { checkInventorySize, checkSeededBytes } from './profile-limits.ts';
import { DcuProfile, EcuProfile, seededSha256, SupplyWindow } from './profile.ts';

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and -');

/** Voltage windows by name, for profiles to refer to. */
export const VoltageWindows = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(1),
  windows: z
    .array(
      z.strictObject({
        name: Name,
        /** Whose requirement it is, or which kind of vehicle's. */
        brand: z.string().min(1).max(128),
        summary: z.string().max(500).default(''),
        minMillivolts: SupplyWindow.shape.minMillivolts,
        maxMillivolts: SupplyWindow.shape.maxMillivolts,
      }),
    )
    .max(256),
});
export type VoltageWindows = z.infer<typeof VoltageWindows>;

/** A window, or the name of one in voltage-windows.json. */
const Window = z.union([SupplyWindow, Name]).nullable().default(null);

const EcuEntry = EcuProfile.extend({
  /** Left out: of the bootloader as it is given here. */
  bootloaderSha256: EcuProfile.shape.bootloaderSha256.optional(),
  previous: EcuProfile.shape.previous.default(null),
  supplyWindow: Window,
});

/** A vehicle as people write it down: `resources/ecus/*.json`. */
export const ProfileFile = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(1),
  name: DcuProfile.shape.name,
  summary: z.string().max(500).default(''),
  speed: DcuProfile.shape.speed.default('real'),
  conditions: DcuProfile.shape.conditions,
  supplyWindow: Window,
  confirmInstall: DcuProfile.shape.confirmInstall,
  ecus: z
    .array(EcuEntry)
    .min(1)
    .max(256)
    .superRefine((ecus, context) => {
      checkEcus(ecus, context);
      checkInventorySize(ecus, context);
      checkSeededBytes(ecus, context);
    }),
});
export type ProfileFile = z.infer<typeof ProfileFile>;

/** Where a profile speaks of a window that nobody has. */
export type UnknownWindow = { readonly path: (string | number)[]; readonly name: string };

/** The profile of a file, or the windows that it names in vain. */
export function profileOf(
  file: ProfileFile,
  windows: VoltageWindows['windows'],
): { profile: DcuProfile } | { unknown: UnknownWindow[] } {
  const unknown: UnknownWindow[] = [];
  const windowOf = (
    window: ProfileFile['supplyWindow'],
    path: (string | number)[],
  ): SupplyWindow | null => {
    if (typeof window !== 'string') return window;
    const found = windows.find(({ name }) => name === window);
    if (found === undefined) {
      unknown.push({ path, name: window });
      return null;
    }
    return { minMillivolts: found.minMillivolts, maxMillivolts: found.maxMillivolts };
  };
  const { name, speed, conditions, confirmInstall } = file;
  const profile: DcuProfile = {
    ...{ name, speed, conditions, confirmInstall },
    supplyWindow: windowOf(file.supplyWindow, ['supplyWindow']),
    ecus: file.ecus.map((ecu, index) => ({
      ...ecu,
      bootloaderSha256: ecu.bootloaderSha256 ?? seededSha256(ecu.bootloader),
      supplyWindow: windowOf(ecu.supplyWindow, ['ecus', index, 'supplyWindow']),
    })),
  };
  return unknown.length === 0 ? { profile } : { unknown };
}

/** The format as JSON Schema 2020-12, for editors. */
export function profileJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(ProfileFile, { io: 'input' });
  return {
    ...schema,
    $id: 'ecu-profile.schema.json',
    title: 'OTA Bench vehicle profile, format 1',
  };
}
