import { softwareIn, type BankName, type Software } from './bank-meta.ts';
import type { EcuBanks } from './banks.ts';
import { refuse } from './errors.ts';
import { CHUNK_BYTES, piecesOf, type Files } from './files.ts';
import type { Pace } from './pace.ts';
import type { DcuProfile } from './profile.ts';

/** Steps of a slow write that a person can see: this many each second. */
const STEPS_PER_SECOND = 20;
const SMALLEST_STEP_BYTES = 4_096;

/** What programming a flash needs besides the ECU. */
export type Tools = {
  readonly files: Files;
  readonly pace: Pace;
  readonly speed: DcuProfile['speed'];
  readonly signal: AbortSignal;
};

/**
 * Erases a bank, writes the file `source` into it as fast as the flash takes it, and reads it
 * back. The bank's record says `writing` before.
 *
 * @param onStep called after each step with the bytes written so far; what it throws ends the write
 * @throws DcuError STAGED_LOST when the source is shorter than `software`; BANK_HASH
 */
export async function program(
  tools: Tools,
  ecu: EcuBanks,
  options: {
    bank: BankName;
    source: string;
    software: Software;
    /** Bytes that were in the bank, to be erased. */
    erased: number;
    onStep?: (written: number) => void;
  },
): Promise<void> {
  const { bank, software, erased } = options;
  const { pace, signal } = tools;
  const { eraseRate, writeRate, longestInstallMs } = ecu.profile;
  await ecu.eraseBank(bank);
  // A quarter of the longest time at most goes into erasing.
  await pace(Math.min((erased * 1_000) / eraseRate, longestInstallMs / 4), signal);
  const rate = Math.max(writeRate, (software.length * 1_000) / Math.max(longestInstallMs, 1));
  await write(tools, ecu, options, rate);
  // Read back while the disk still takes it in; both are over before the record says so.
  const [synced, read] = await Promise.allSettled([
    syncFile(tools.files, ecu.bankPath(bank)),
    ecu.hashBank(bank, signal),
  ]);
  if (synced.status === 'rejected') throw synced.reason;
  if (read.status === 'rejected') throw read.reason;
  const found = read.value;
  if (found.sha256 !== software.sha256 || found.length !== software.length) {
    throw refuse(
      'BANK_HASH',
      `bank ${bank} reads back ${found.length} bytes with hash ${found.sha256}, not ${software.sha256}`,
    );
  }
}

async function write(
  { files, pace, speed, signal }: Tools,
  ecu: EcuBanks,
  { bank, source, software, onStep }: Parameters<typeof program>[2],
  bytesPerSecond: number,
): Promise<void> {
  const size =
    speed === 'full'
      ? CHUNK_BYTES
      : Math.round(
          Math.min(CHUNK_BYTES, Math.max(SMALLEST_STEP_BYTES, bytesPerSecond / STEPS_PER_SECOND)),
        );
  const from = await files.open(source, false);
  try {
    const target = await files.open(ecu.bankPath(bank), true);
    try {
      let written = 0;
      for await (const bytes of piecesOf(from, size, signal)) {
        await target.write(bytes, written);
        written += bytes.byteLength;
        onStep?.(written);
        await pace((bytes.byteLength * 1_000) / bytesPerSecond, signal);
      }
      if (written < software.length) {
        throw refuse('STAGED_LOST', `the image ends at byte ${written}`);
      }
    } finally {
      await target.close();
    }
  } finally {
    await from.close();
  }
}

/** Copies a bank's content to `target`, synced; at the speed of the DCU's own storage. */
export async function copyOut(
  { files, signal }: Pick<Tools, 'files' | 'signal'>,
  ecu: EcuBanks,
  bank: BankName,
  target: string,
): Promise<void> {
  const from = await files.open(ecu.bankPath(bank), false);
  try {
    const to = await files.open(target, true);
    try {
      await to.truncate(0);
      let written = 0;
      for await (const bytes of piecesOf(from, CHUNK_BYTES, signal)) {
        await to.write(bytes, written);
        written += bytes.byteLength;
      }
      await to.sync();
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

export function lengthIn(ecu: EcuBanks, bank: BankName): number {
  return softwareIn(ecu.meta(), bank)?.length ?? 0;
}

async function syncFile(files: Files, path: string): Promise<void> {
  const file = await files.open(path, true);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
