import { erase, isTouched, otherBank, revert, switchTo, type BankName } from './bank-meta.ts';
import type { EcuEvidence } from '#core/protocol';
import { type EcuBanks } from './banks.ts';
import { startUp } from './boot.ts';
import { refuse } from './errors.ts';
import type { Tools } from './flash.ts';
import type { Hazards } from './hazards.ts';
import { restore, swap } from './single-bank.ts';

/*
 * The ways back, for both layouts. `bank` is what the job was busy with: with two banks the one it
 * wrote to or went to; with one, A for an update and B for a rollback.
 */

/** The bank that an update writes to. */
export function targetBank(ecu: EcuBanks): BankName {
  return ecu.profile.layout === 'single' ? 'A' : otherBank(ecu.meta().active);
}

/** The bank whose image runs once `bank` counts. */
export function runningBank(ecu: EcuBanks, bank: BankName): BankName {
  return ecu.profile.layout === 'single' ? 'A' : bank;
}

/**
 * Back to what the ECU ran before; what `bank` brought is never started again.
 *
 * @throws DcuError PREVIOUS_BANK_DAMAGED, BOOT_FAILED
 */
export async function goBack(
  tools: Tools,
  hazards: Hazards,
  ecu: EcuBanks,
  bank: BankName,
): Promise<void> {
  if (ecu.profile.layout === 'single') await restore(tools, ecu, bank === 'A' ? 'valid' : 'bad');
  else await ecu.change(revert(ecu.meta(), bank));
  const running = await startUp(ecu, hazards, tools.pace, tools.signal);
  if (await ecu.isWhole(running, tools.signal)) return;
  throw refuse('PREVIOUS_BANK_DAMAGED', `bank ${running} does not hold what its record says`);
}

/** Whether `goBack` got as far as the record. */
export function isBack(ecu: EcuBanks, bank: BankName): boolean {
  const { active, banks, backup } = ecu.meta();
  if (backup !== null) return banks.A.state === 'active' && backup.kept === null;
  return active !== bank && !isTouched(ecu.meta(), bank);
}

/** Whether cancelling brings a copy back: the one bank was written to, or is on its way back. */
export function needsCopy(ecu: EcuBanks, bank: BankName, before: EcuEvidence | null): boolean {
  if (ecu.profile.layout !== 'single') return false;
  return before !== null || isTouched(ecu.meta(), bank);
}

/** A cancelled update leaves nothing of itself in the other bank; what the ECU runs is as it was. */
export async function takeBack(tools: Tools, ecu: EcuBanks, bank: BankName | null): Promise<void> {
  if (bank === null || !isTouched(ecu.meta(), bank)) return;
  const onTrial = ecu.meta().trial !== null;
  await ecu.eraseBank(bank);
  await ecu.change(erase(ecu.meta(), bank));
  if (onTrial) await tools.pace(ecu.profile.rebootMs, tools.signal);
}

/** [D7] A commanded rollback to `bank`. */
export async function switchOver(tools: Tools, ecu: EcuBanks, bank: BankName): Promise<void> {
  if (ecu.profile.layout === 'single') await swap(tools, ecu);
  else await ecu.change(switchTo(ecu.meta(), bank));
}
