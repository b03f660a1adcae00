import type { Clock } from '#core/ports';
import type { FirmwareRef } from '#core/protocol';
import { arm, beginWriting, markWritten, softwareIn, type BankName } from './bank-meta.ts';
import { type EcuBanks } from './banks.ts';
import { refuse } from './errors.ts';
import type { Offer } from './events.ts';
import { CHUNK_BYTES, piecesOf, type Files } from './files.ts';
import type { Hazards } from './hazards.ts';
import type { DcuProfile, EcuProfile } from './profile.ts';

/** Steps of a slow write that a person can see: this many each second. */
const STEPS_PER_SECOND = 20;
const SMALLEST_STEP_BYTES = 4_096;

/** How long simulated hardware takes; `full` speed waits for nothing. */
export type Pace = (ms: number, signal: AbortSignal) => Promise<void>;

export function createPace(profile: Pick<DcuProfile, 'speed'>, clock: Clock): Pace {
  return async (ms, signal) => {
    signal.throwIfAborted();
    if (profile.speed === 'real' && ms > 0) await clock.sleep(ms, signal);
  };
}

/**
 * Writes the staged image into the inactive bank and reads it back. Starting over is always
 * right: the bank's record says `writing` before its first byte changes.
 *
 * @throws DcuError STAGED_LOST, BANK_HASH
 */
export async function install(options: {
  files: Files;
  ecu: EcuBanks;
  offer: Offer;
  bank: BankName;
  staged: string;
  pace: Pace;
  speed: DcuProfile['speed'];
  signal: AbortSignal;
  onProgress: (written: number) => void;
}): Promise<void> {
  const { files, ecu, offer, bank, staged, pace, signal } = options;
  const { manifest } = offer;
  const { firmware } = manifest;
  if ((await files.size(staged)) !== firmware.length) {
    throw refuse('STAGED_LOST', 'the downloaded image is no longer whole');
  }
  const erased = softwareIn(ecu.meta(), bank)?.length ?? 0;
  await ecu.change(
    beginWriting(ecu.meta(), bank, {
      version: manifest.version,
      sha256: firmware.sha256,
      length: firmware.length,
      releaseCounter: manifest.releaseCounter,
    }),
  );
  const { eraseRate, writeRate, longestInstallMs } = ecu.profile;
  await ecu.eraseBank(bank);
  // A quarter of the longest time at most goes into erasing.
  await pace(Math.min((erased * 1_000) / eraseRate, longestInstallMs / 4), signal);
  const rate = Math.max(writeRate, (firmware.length * 1_000) / Math.max(longestInstallMs, 1));
  await copy(options, firmware, rate);
  // Read back while the disk still takes it in; both are over before the record says so.
  const [synced, read] = await Promise.allSettled([syncBank(options), ecu.hashBank(bank, signal)]);
  if (synced.status === 'rejected') throw synced.reason;
  if (read.status === 'rejected') throw read.reason;
  const found = read.value;
  if (found.sha256 !== firmware.sha256 || found.length !== firmware.length) {
    throw refuse(
      'BANK_HASH',
      `bank ${bank} reads back ${found.length} bytes with hash ${found.sha256}, not ${firmware.sha256}`,
    );
  }
  await ecu.change(markWritten(ecu.meta(), bank));
}

async function copy(
  options: Parameters<typeof install>[0],
  firmware: FirmwareRef,
  bytesPerSecond: number,
): Promise<void> {
  const { files, ecu, bank, staged, pace, speed, signal, onProgress } = options;
  const size =
    speed === 'full'
      ? CHUNK_BYTES
      : Math.round(
          Math.min(CHUNK_BYTES, Math.max(SMALLEST_STEP_BYTES, bytesPerSecond / STEPS_PER_SECOND)),
        );
  const source = await files.open(staged, false);
  try {
    const target = await files.open(ecu.bankPath(bank), true);
    try {
      let written = 0;
      for await (const bytes of piecesOf(source, size, signal)) {
        await target.write(bytes, written);
        written += bytes.byteLength;
        onProgress(written);
        await pace((bytes.byteLength * 1_000) / bytesPerSecond, signal);
      }
      if (written < firmware.length) {
        throw refuse('STAGED_LOST', `the image ends at byte ${written}`);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function syncBank({ files, ecu, bank }: Parameters<typeof install>[0]): Promise<void> {
  const file = await files.open(ecu.bankPath(bank), true);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Power off and on again. Which bank the bootloader came up with is the answer. */
export async function reboot(
  ecu: EcuBanks,
  bank: BankName,
  hazards: Hazards,
  pace: Pace,
  signal: AbortSignal,
): Promise<BankName> {
  // Armed once: a trial on record was armed before, and its one attempt may be spent.
  if (ecu.meta().banks[bank].state === 'written') await ecu.change(arm(ecu.meta(), bank));
  return startUp(ecu, hazards, pace, signal);
}

/** A bootloader with nothing else to start tries the one bank it has this often. */
const LAST_RESORT_STARTS = 8;

/**
 * Starts the ECU until a start succeeds; each that fails is over before the next begins.
 *
 * @throws DcuError BOOT_FAILED
 */
export async function startUp(
  ecu: EcuBanks,
  hazards: Hazards,
  pace: Pace,
  signal: AbortSignal,
): Promise<BankName> {
  const { ecuId, rebootMs } = ecu.profile;
  for (let starts = 0; starts < LAST_RESORT_STARTS;) {
    await pace(rebootMs, signal);
    const running = await ecu.boot();
    if (!hazards.bootFails(ecuId, running)) return running;
    if (running === ecu.meta().active) starts += 1;
  }
  const { active } = ecu.meta();
  throw refuse(
    'BOOT_FAILED',
    `${ecuId} did not start from bank ${active}, tried ${LAST_RESORT_STARTS} times`,
  );
}

/** [D5] @throws DcuError BOOTLOADER_HASH */
export async function checkBootloader(ecu: EcuBanks): Promise<void> {
  const found = await ecu.bootloaderSha256();
  if (found === ecu.profile.bootloaderSha256) return;
  throw refuse(
    'BOOTLOADER_HASH',
    `the bootloader of ${ecu.profile.ecuId} hashes to ${found}, not ${ecu.profile.bootloaderSha256}`,
  );
}

/** What an ECU's own diagnosis says after a start; null when all is well. */
export type SelfTest = (ecu: EcuProfile, version: string) => string | null;

/** @throws DcuError SELF_TEST_FAILED, BOOTLOADER_HASH */
export async function selfTest(
  ecu: EcuBanks,
  bank: BankName,
  diagnose: SelfTest,
  hazards: Hazards,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  await pace(ecu.profile.selfTestMs, signal);
  await checkBootloader(ecu);
  if (!(await ecu.isWhole(bank, signal))) {
    throw refuse('SELF_TEST_FAILED', `bank ${bank} does not hold what was installed`);
  }
  const version = softwareIn(ecu.meta(), bank)?.version ?? '';
  const complaint = diagnose(ecu.profile, version) ?? hazards.complaint(ecu.profile.ecuId, version);
  if (complaint !== null) throw refuse('SELF_TEST_FAILED', complaint);
}
