import { join } from 'node:path';
import type { Log } from '#core/ports';
import { openBanks, type EcuBanks } from './banks.ts';
import { DcuError, whyOf } from './errors.ts';
import type { Files } from './files.ts';
import type { DcuProfile } from './profile.ts';
import { repair } from './single-bank.ts';

/**
 * The ECUs of a vehicle with their banks as they are on the disk, by id in the profile's order.
 * `busy` is the one that a job has in hand: it is left as that job left it.
 *
 * @throws DcuError META_CORRUPT
 */
export async function openEcus(
  options: { files: Files; dir: string; profile: DcuProfile; log: Log; busy: string | null },
  onChange: () => void,
): Promise<ReadonlyMap<string, EcuBanks>> {
  const { files, dir, profile, log, busy } = options;
  const ecus = new Map<string, EcuBanks>();
  let open = false;
  for (const ecu of profile.ecus) {
    const banks = await openBanks({
      files,
      dir: join(dir, 'ecus', ecu.ecuId),
      profile: ecu,
      owned: ecu.ecuId === busy,
      // Made or tidied up before anybody could hear of it; the first inventory tells.
      onChange: () => {
        if (open) onChange();
      },
    });
    if (ecu.ecuId !== busy) await repairOne(banks, files, log);
    ecus.set(ecu.ecuId, banks);
  }
  open = true;
  return ecus;
}

/** Whoever lost its power outside any job gets its copy back; one that cannot is shown as `bad`. */
async function repairOne(ecu: EcuBanks, files: Files, log: Log): Promise<void> {
  const { signal } = new AbortController();
  try {
    await repair({ files, pace: () => Promise.resolve(), speed: 'full', signal }, ecu);
  } catch (error) {
    if (!(error instanceof DcuError)) throw error;
    log('error', `${ecu.profile.ecuId} could not be brought back`, { ...whyOf(error) });
  }
}
