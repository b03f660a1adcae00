import type { EcuEvidence, RollbackCheck } from '#core/protocol';
import type { BankName } from './bank-meta.ts';
import type { EcuBanks } from './banks.ts';
import { refuse, whyOf } from './errors.ts';
import type { DcuEvent } from './events.ts';
import { checkRunning, examine, measure } from './evidence.ts';
import { isBack } from './revert.ts';
import { settle } from './single-meta.ts';

/** [D7] */
export async function look(
  ecu: EcuBanks,
  vehicle: readonly EcuBanks[],
  signal: AbortSignal,
): Promise<DcuEvent> {
  const { checks, bank, why } = await examine(ecu, vehicle, signal);
  if (why !== null) return { type: 'failed', why, checks: [...checks] };
  if (bank === null) throw refuse('NO_VALID_BANK', `nothing to return to in ${ecu.profile.ecuId}`);
  const action = ecu.profile.layout === 'single' ? 'restored' : 'switched';
  return { type: 'previousFound', bank, checks: [...checks], action };
}

/** A single bank that runs needs no way back any more; one in pieces still does. */
export async function settled(ecu: EcuBanks): Promise<void> {
  if (ecu.meta().banks.A.state === 'active') await ecu.change(settle(ecu.meta()));
}

/** What the banks hold, as an event tells it. */
export async function measured(
  ecu: EcuBanks,
  signal: AbortSignal,
): Promise<{ evidence: EcuEvidence; checks?: RollbackCheck[] }> {
  const { evidence, checks } = await measure(ecu, signal);
  return { evidence, ...(checks.length === 0 ? {} : { checks: [...checks] }) };
}

/** Whatever came of going back, the verdict says what runs then. */
export async function wentBack(
  ecu: EcuBanks,
  bank: BankName,
  signal: AbortSignal,
  goBack: () => Promise<void>,
): Promise<DcuEvent> {
  const action = ecu.profile.layout === 'single' ? 'restored' : 'reverted';
  try {
    await goBack();
  } catch (error) {
    signal.throwIfAborted();
    const checks = [await checkRunning(ecu, signal)];
    // What failed may have been the proof alone.
    return { type: 'failed', why: whyOf(error), checks, ...(isBack(ecu, bank) ? { action } : {}) };
  }
  return { type: 'reverted', checks: [await checkRunning(ecu, signal)], action };
}
