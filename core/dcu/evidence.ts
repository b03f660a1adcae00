import type { EcuEvidence, RollbackCheck } from '#core/protocol';
import { otherBank, softwareIn, type BankName } from './bank-meta.ts';
import { previousBank, type EcuBanks } from './banks.ts';
import { inventoryOf } from './conditions.ts';
import { whyOf, type Why } from './errors.ts';
import { objectionTo } from './requirements.ts';

export type Measured = {
  readonly evidence: EcuEvidence;
  /** Why a hash is missing; empty when all could be read. */
  readonly checks: readonly RollbackCheck[];
};

/**
 * What the banks hold, read byte for byte: the record alone proves nothing. A bank that cannot be
 * read has no hash, and that is told: a worn flash is when going back is needed most, so evidence
 * that cannot be had must never stand in its way. Throws only when stopped.
 */
export async function measure(ecu: EcuBanks, signal?: AbortSignal): Promise<Measured> {
  const { activeBank, banks } = inventoryOf(ecu);
  const measured: EcuEvidence['banks'] = [];
  const checks: RollbackCheck[] = [];
  for (const { bank, state, version } of banks) {
    const found = state === 'empty' ? null : await hashOf(ecu, bank, signal);
    if (found !== null && 'why' in found) {
      checks.push({ check: 'evidence', passed: false, detail: unread(bank, found.why) });
      measured.push({ bank, state, version, sha256: null });
    } else {
      measured.push({ bank, state, version, sha256: found?.sha256 ?? null });
    }
  }
  return { evidence: { activeBank, banks: measured }, checks };
}

/** Hash and length, or why there is none. */
async function hashOf(
  ecu: EcuBanks,
  bank: BankName,
  signal?: AbortSignal,
): Promise<Awaited<ReturnType<EcuBanks['hashBank']>> | { readonly why: Why }> {
  try {
    return await ecu.hashBank(bank, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return { why: whyOf(error) };
  }
}

function unread(bank: BankName, why: Why): string {
  return `bank ${bank} is unreadable: ${why.detail}`;
}

/** What a rollback by command would find, in the order in which it is asked. */
export type Examination = {
  readonly checks: readonly RollbackCheck[];
  /** The image that would be started; null where the records know none. */
  readonly bank: BankName | null;
  /** The first check that did not hold. */
  readonly why: Why | null;
};

/** [D7] Reads only: refused, a rollback has touched nothing. */
export async function examine(
  ecu: EcuBanks,
  vehicle: readonly EcuBanks[],
  signal?: AbortSignal,
): Promise<Examination> {
  const { ecuId, layout, bootloaderSha256 } = ecu.profile;
  const meta = ecu.meta();
  const bank = previousBank(meta);
  const checks: RollbackCheck[] = [];
  const pass = (check: string, detail: string): void => {
    checks.push({ check, passed: true, detail });
  };
  const fail = (check: string, code: string, detail: string): Examination => {
    checks.push({ check, passed: false, detail });
    return { checks, bank, why: { code, detail } };
  };
  const software = bank && softwareIn(meta, bank);
  if (bank === null || software === null) {
    const { state } = meta.banks[otherBank(meta.active)];
    const what = layout === 'single' ? 'the backup' : `bank ${otherBank(meta.active)}`;
    return fail('previousImage', 'NO_VALID_BANK', `${what} of ${ecuId} is ${state}`);
  }
  pass('previousImage', `bank ${bank} of ${ecuId} holds ${software.version} on record`);
  const objection = objectionTo(ecu, software, vehicle);
  if (objection !== null) return fail('requirements', objection.code, objection.detail);
  pass('requirements', `no other ECU requires more than ${software.version} of ${ecuId}`);
  const found = await hashOf(ecu, bank, signal);
  if ('why' in found) return fail('imageHash', 'NO_VALID_BANK', unread(bank, found.why));
  if (found.sha256 !== software.sha256 || found.length !== software.length) {
    return fail(
      'imageHash',
      'NO_VALID_BANK',
      `bank ${bank} of ${ecuId} is damaged: ${found.length} bytes with hash ${found.sha256}, its record says ${software.length} with ${software.sha256}`,
    );
  }
  pass('imageHash', `bank ${bank} hashes to ${found.sha256}, as its record says`);
  let bootloader: string;
  try {
    bootloader = await ecu.bootloaderSha256();
  } catch (error) {
    signal?.throwIfAborted();
    const { detail } = whyOf(error);
    return fail('bootloader', 'BOOTLOADER_HASH', `the bootloader is unreadable: ${detail}`);
  }
  if (bootloader !== bootloaderSha256) {
    return fail(
      'bootloader',
      'BOOTLOADER_HASH',
      `the bootloader of ${ecuId} hashes to ${bootloader}, not ${bootloaderSha256}`,
    );
  }
  pass('bootloader', `the bootloader hashes to ${bootloader}, as it should`);
  return { checks, bank, why: null };
}

/** What is known of the image that runs again after a failed update. */
export async function checkRunning(ecu: EcuBanks, signal?: AbortSignal): Promise<RollbackCheck> {
  const { active } = ecu.meta();
  const software = softwareIn(ecu.meta(), active);
  const found = await hashOf(ecu, active, signal);
  if ('why' in found) {
    return { check: 'previousImage', passed: false, detail: unread(active, found.why) };
  }
  const { sha256 } = found;
  const passed = software !== null && software.sha256 === sha256;
  const detail = passed
    ? `bank ${active} runs ${software.version} and hashes to ${sha256}, as its record says`
    : `bank ${active} hashes to ${sha256}, its record says ${software?.sha256 ?? 'empty'}`;
  return { check: 'previousImage', passed, detail };
}
