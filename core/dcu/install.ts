import {
  beginWriting,
  markWritten,
  softwareIn,
  type BankName,
  type Software,
} from './bank-meta.ts';
import { type EcuBanks } from './banks.ts';
import { refuse } from './errors.ts';
import type { Offer } from './events.ts';
import { lengthIn, program, type Tools } from './flash.ts';
import type { Hazards } from './hazards.ts';
import type { Pace } from './pace.ts';
import { backUp } from './single-bank.ts';

/**
 * Writes the staged image into `bank` and reads it back. With two banks starting over is always
 * right: the record says `writing` before the first byte changes. A single bank is copied before,
 * and one whose writing lost its power goes back to that copy.
 *
 * @param options.check asked before the first write and after every step; what it throws ends the write
 * @throws DcuError STAGED_LOST, BANK_HASH, WRITE_INTERRUPTED, BACKUP_FAILED
 */
export async function install(options: {
  tools: Tools;
  ecu: EcuBanks;
  offer: Offer;
  bank: BankName;
  staged: string;
  check: () => void;
  onProgress: (written: number) => void;
}): Promise<void> {
  const { tools, ecu, offer, bank, staged, check, onProgress } = options;
  const { manifest } = offer;
  const { firmware } = manifest;
  const single = ecu.profile.layout === 'single';
  // Written and read back, and the power went before that was in the journal.
  if (single && (await holds(ecu, bank, firmware.sha256, tools.signal))) return;
  if ((await tools.files.size(staged)) !== firmware.length) {
    throw refuse('STAGED_LOST', 'the downloaded image is no longer whole');
  }
  check();
  const requires = manifest.requires.map(({ hardwareId, minReleaseCounter }) => ({
    hardwareId,
    minReleaseCounter,
  }));
  const software = {
    version: manifest.version,
    sha256: firmware.sha256,
    length: firmware.length,
    releaseCounter: manifest.releaseCounter,
    ...(requires.length === 0 ? {} : { requires }),
  };
  const erased = lengthIn(ecu, bank);
  if (single) await backUp(tools, ecu, software);
  else await ecu.change(beginWriting(ecu.meta(), bank, software));
  await program(tools, ecu, {
    ...{ bank, source: staged, software, erased },
    onStep: (written) => {
      onProgress(written);
      check();
    },
  });
  await ecu.change(markWritten(ecu.meta(), bank));
}

async function holds(
  ecu: EcuBanks,
  bank: BankName,
  sha256: Software['sha256'],
  signal: AbortSignal,
): Promise<boolean> {
  const { state } = ecu.meta().banks[bank];
  if (state !== 'written' || softwareIn(ecu.meta(), bank)?.sha256 !== sha256) return false;
  return ecu.isWhole(bank, signal);
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

/** @throws DcuError SELF_TEST_FAILED, BOOTLOADER_HASH */
export async function selfTest(
  ecu: EcuBanks,
  bank: BankName,
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
  const complaint = hazards.complaint(ecu.profile.ecuId, version);
  if (complaint !== null) throw refuse('SELF_TEST_FAILED', complaint);
}
