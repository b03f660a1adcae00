import { join, relative, sep } from 'node:path';

export type BankName = 'A' | 'B';

/** What a file in a vehicle's folder is for, as its faults tell them apart. */
export type Place =
  /** An image as it comes in, or the copy of an old one: they share the space for images. */
  | { readonly kind: 'staged' }
  | { readonly kind: 'backup' }
  | { readonly kind: 'bank'; readonly ecuId: string; readonly bank: BankName }
  | { readonly kind: 'bootloader'; readonly ecuId: string }
  /** Journal and records. */
  | { readonly kind: 'other' };

export function placeOf(dir: string, path: string): Place {
  const [folder, ecuId = '', file = ''] = relative(dir, path).split(sep);
  if (folder === 'staged') return { kind: 'staged' };
  if (folder !== 'ecus') return { kind: 'other' };
  const bank = /^bank-([AB])\.bin$/.exec(file)?.[1];
  if (bank === 'A' || bank === 'B') return { kind: 'bank', ecuId, bank };
  if (file.startsWith('backup')) return { kind: 'backup' };
  return file === 'bootloader.bin' ? { kind: 'bootloader', ecuId } : { kind: 'other' };
}

export function ecuFolder(dir: string, ecuId: string): string {
  return join(dir, 'ecus', ecuId);
}
