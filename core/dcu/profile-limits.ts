import type { z } from 'zod';
import { PAYLOAD_LIMIT } from '#core/protocol';

/** Of a vehicle's bootloaders; their hash is computed wherever the profile is looked at. */
const BOOTLOADER_BYTES_LIMIT = 33_554_432;
/** Of all images that are made from seeds. */
const SEEDED_BYTES_LIMIT = 268_435_456;

/** VIN, sender, time, message id and signature, with room to spare. */
const ENVELOPE_BYTES = 1_024;
/** What a bank can come to hold: 64 characters of version, which UTF-8 makes three bytes each. */
const FULLEST_BANK = {
  bank: 'B',
  state: 'pending',
  version: '\uFFFD'.repeat(64),
  sha256: 'f'.repeat(64),
  length: Number.MAX_SAFE_INTEGER,
  releaseCounter: Number.MAX_SAFE_INTEGER,
};

type Listed = {
  readonly ecuId: string;
  readonly name: string;
  readonly hardwareId: string;
  readonly partNumber: string;
  readonly layout: 'dual' | 'single';
  readonly dependsOn: readonly string[];
};
type Sized = { readonly length: number };
type Seeded = {
  readonly bootloader: Sized;
  readonly factory: Sized;
  readonly previous: Sized | null;
};

/**
 * [P2] Whatever comes to be installed, the inventory must fit into one message: a vehicle that
 * cannot tell what it has takes no updates. Told at the first ECU that is too much.
 */
export function checkInventorySize(ecus: readonly Listed[], context: z.core.$RefinementCtx): void {
  let size = ENVELOPE_BYTES;
  const tooMuch = ecus.findIndex((ecu) => {
    size += fullestEntry(ecu);
    return size > PAYLOAD_LIMIT;
  });
  if (tooMuch < 0) return;
  context.addIssue({
    code: 'custom',
    message:
      `with this ECU the vehicle’s inventory may grow to ${String(size)} bytes, ` +
      `a message takes ${String(PAYLOAD_LIMIT)}: leave ECUs out, or shorten names and dependsOn`,
    path: [tooMuch],
    input: undefined,
  });
}

/** Bytes of an ECU in the inventory with both banks as full as they get, and its comma. */
function fullestEntry({ ecuId, name, hardwareId, partNumber, layout, dependsOn }: Listed): number {
  const bootloaderSha256 = FULLEST_BANK.sha256;
  const entry = {
    ...{ ecuId, name, hardwareId, partNumber, bootloaderSha256, layout },
    ...{ dependsOn, activeBank: 'A', banks: [FULLEST_BANK, FULLEST_BANK] },
  };
  return Buffer.byteLength(JSON.stringify(entry)) + 1;
}

/** Images from seeds are computed at once and for each vehicle: no profile is to take minutes. */
export function checkSeededBytes(ecus: readonly Seeded[], context: z.core.$RefinementCtx): void {
  const refuse = (path: (string | number)[], what: string, most: number): void => {
    const message = `with this one the vehicle’s ${what} have more than ${String(most)} bytes in all`;
    context.addIssue({ code: 'custom', message, path, input: undefined });
  };
  let bootloaders = 0;
  let images = 0;
  for (const [index, { bootloader, factory, previous }] of ecus.entries()) {
    bootloaders += bootloader.length;
    images += bootloader.length + factory.length + (previous?.length ?? 0);
    if (bootloaders > BOOTLOADER_BYTES_LIMIT) {
      refuse([index, 'bootloader', 'length'], 'bootloaders', BOOTLOADER_BYTES_LIMIT);
      return;
    }
    if (images > SEEDED_BYTES_LIMIT) {
      refuse([index], 'seeded images', SEEDED_BYTES_LIMIT);
      return;
    }
  }
}
