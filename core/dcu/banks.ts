import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  BankMeta,
  boot,
  disown,
  factoryMeta,
  otherBank,
  softwareIn,
  type BackupFile,
  type BankName,
  type Software,
} from './bank-meta.ts';
import { refuse } from './errors.ts';
import { CHUNK_BYTES, piecesOf, replaceFile, type Files, type OpenFile } from './files.ts';
import { seededBytes, type EcuProfile } from './profile.ts';

/**
 * Images of this size and above are not hashed twice while their file stays as it is. Hashing one
 * takes longer than any file system's clock ticks, so that a later change shows in its stamp.
 */
const REMEMBERED_BYTES = 67_108_864;

/** One ECU's flash: two banks, the bootloader and the record of which bank counts, as files. */
export interface EcuBanks {
  readonly profile: EcuProfile;
  meta(): BankMeta;
  bankPath(bank: BankName): string;
  /** Of an ECU with one bank: where a copy of it lies. */
  backupPath(file: BackupFile): string;
  /** Replaces the record; on disk when it resolves. */
  change(next: BankMeta): Promise<void>;
  /** What the bootloader would start now; the attempt is recorded. */
  boot(): Promise<BankName>;
  hashBank(bank: BankName, signal?: AbortSignal): Promise<Found>;
  hashFile(path: string, signal?: AbortSignal): Promise<Found>;
  /** Whether the bank holds exactly what its record says. */
  isWhole(bank: BankName, signal?: AbortSignal): Promise<boolean>;
  bootloaderSha256(): Promise<string>;
  eraseBank(bank: BankName): Promise<void>;
}

/**
 * Opens an ECU's folder, or makes it as it leaves the factory. The record is written last, so
 * that a kill half-way through makes the ECU anew.
 *
 * @param owned the bank that the journal's running job is busy with: left as it is
 * @throws DcuError META_CORRUPT, PROFILE_CHANGED
 */
export async function openBanks(options: {
  files: Files;
  dir: string;
  profile: EcuProfile;
  owned: boolean;
  onChange: () => void;
}): Promise<EcuBanks> {
  const { files, dir, profile, owned, onChange } = options;
  const metaPath = join(dir, 'meta.json');
  const backupPath = (file: BackupFile): string => join(dir, `backup-${file}.bin`);
  const bankPath = (bank: BankName): string =>
    bank === 'B' && profile.layout === 'single'
      ? backupPath(meta?.backup?.file ?? 1)
      : join(dir, `bank-${bank}.bin`);
  const bootloaderPath = join(dir, 'bootloader.bin');

  await files.makeFolder(dir);
  let meta = await readMeta(files, metaPath);
  const change = async (next: BankMeta): Promise<void> => {
    if (next === meta) return;
    await replaceFile(files, metaPath, Buffer.from(`${JSON.stringify(next, null, 2)}\n`));
    meta = next;
    onChange();
  };
  const current = (): BankMeta => {
    if (meta === null) throw refuse('META_CORRUPT', `${metaPath} is missing`);
    return meta;
  };

  if (meta === null) {
    const { factory, previous } = profile;
    await replaceFile(files, bootloaderPath, seededBytes(profile.bootloader));
    await replaceFile(files, bankPath('A'), seededBytes(factory));
    await replaceFile(files, bankPath('B'), previous ? seededBytes(previous) : new Uint8Array());
    await change(
      factoryMeta(profile.layout, softwareOf(factory), previous && softwareOf(previous)),
    );
  } else if ((meta.backup === null) !== (profile.layout === 'dual')) {
    throw refuse(
      'PROFILE_CHANGED',
      `${dir} is an ECU with ${meta.backup === null ? 'two banks' : 'one bank'}, its profile says otherwise`,
    );
  } else if (!owned) {
    await change(disown(meta));
  }

  const hashed = new Map<string, { readonly stamp: string; readonly found: Found }>();
  const hashPath = async (path: string, signal?: AbortSignal): Promise<Found> => {
    const before = await files.stamp(path);
    // To look must not make it: there is nothing in it.
    if (before === null) return NOTHING;
    const known = hashed.get(path);
    if (known !== undefined && known.stamp === before) return known.found;
    const file = await files.open(path, false);
    try {
      const found = await hashOpen(file, signal);
      const stamp = await files.stamp(path);
      if (stamp !== before || found.length < REMEMBERED_BYTES) hashed.delete(path);
      else hashed.set(path, { stamp, found });
      return found;
    } finally {
      await file.close();
    }
  };
  return {
    profile,
    meta: current,
    bankPath,
    backupPath,
    change,
    boot: async () => {
      const next = boot(current(), profile.bootAttempts);
      await change(next.meta);
      return next.running;
    },
    hashBank: (bank, signal) => hashPath(bankPath(bank), signal),
    hashFile: hashPath,
    isWhole: async (bank, signal) => {
      const software = softwareIn(current(), bank);
      if (software === null) return false;
      const found = await hashPath(bankPath(bank), signal);
      return found.sha256 === software.sha256 && found.length === software.length;
    },
    bootloaderSha256: async () =>
      createHash('sha256')
        .update((await files.read(bootloaderPath)) ?? new Uint8Array())
        .digest('hex'),
    eraseBank: async (bank) => {
      const file = await files.open(bankPath(bank), true);
      try {
        await file.truncate(0);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** [D7] The bank to return to, or null: `valid` on record. Its content is checked apart. */
export function previousBank(meta: BankMeta): BankName | null {
  const other = otherBank(meta.active);
  return meta.banks[other].state === 'valid' ? other : null;
}

export function installedCounter(meta: BankMeta): number {
  return softwareIn(meta, meta.active)?.releaseCounter ?? 0;
}

const NOTHING = { sha256: createHash('sha256').digest('hex'), length: 0 };

type Found = { readonly sha256: string; readonly length: number };

/** Hash and length of a whole file. */
async function hashOpen(file: OpenFile, signal?: AbortSignal): Promise<Found> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const bytes of piecesOf(file, CHUNK_BYTES, signal)) {
    hash.update(bytes);
    length += bytes.byteLength;
  }
  return { sha256: hash.digest('hex'), length };
}

async function readMeta(files: Files, path: string): Promise<BankMeta | null> {
  const bytes = await files.read(path);
  if (bytes === null) return null;
  try {
    return BankMeta.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw refuse('META_CORRUPT', `${path} is not a bank record`, cause);
  }
}

function softwareOf(image: EcuProfile['factory']): Software {
  return {
    version: image.version,
    releaseCounter: image.releaseCounter,
    length: image.length,
    sha256: createHash('sha256').update(seededBytes(image)).digest('hex'),
  };
}
