import { arm, startFailed, type BankName } from './bank-meta.ts';
import type { EcuBanks } from './banks.ts';
import { refuse } from './errors.ts';
import type { Hazards } from './hazards.ts';
import type { Pace } from './pace.ts';

/** A bootloader with nothing else to start tries what it has this often. */
const LAST_RESORT_STARTS = 8;

/**
 * Power off and on again. Which bank the bootloader came up with is the answer, and how many
 * starts of the new one came to nothing before its watchdog gave it up.
 */
export async function reboot(
  ecu: EcuBanks,
  bank: BankName,
  hazards: Hazards,
  pace: Pace,
  signal: AbortSignal,
): Promise<{ bank: BankName; failedStarts: number }> {
  // Armed once: a trial on record was armed before, and its attempts may be spent.
  if (ecu.meta().banks[bank].state === 'written') await ecu.change(arm(ecu.meta(), bank));
  const running = await startUp(ecu, hazards, pace, signal);
  return { bank: running, failedStarts: ecu.meta().trial?.failed ?? 0 };
}

/**
 * Starts the ECU until a start succeeds; each that fails is over before the next begins. `B` of
 * an ECU with one bank: its bootloader waits for the copy.
 *
 * @throws DcuError BOOT_FAILED
 */
export async function startUp(
  ecu: EcuBanks,
  hazards: Hazards,
  pace: Pace,
  signal: AbortSignal,
): Promise<BankName> {
  const { ecuId, rebootMs, layout } = ecu.profile;
  let lastResort = 0;
  while (lastResort < LAST_RESORT_STARTS) {
    await pace(rebootMs, signal);
    const running = await ecu.boot();
    const waits = layout === 'single' && running === 'B';
    if (waits || !hazards.bootFails(ecuId, running)) return running;
    if (ecu.meta().trial?.bank === running) await ecu.change(startFailed(ecu.meta()));
    else lastResort += 1;
  }
  throw refuse(
    'BOOT_FAILED',
    `${ecuId} did not start from bank ${ecu.meta().active}, tried ${lastResort} times`,
  );
}
