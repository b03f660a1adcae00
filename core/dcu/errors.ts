import { CodedError, isCodedError } from '#core/ports';
import { diskError } from '#core/storage';

/** Every way in which the DCU says no, or fails. Published as `reason.code`. */
export type DcuErrorCode =
  // [D1] what was offered or commanded
  | 'RETAINED_MESSAGE'
  | 'REPLAYED'
  | 'UNSIGNED'
  | 'ENVELOPE_INCOMPLETE'
  | 'MANIFEST_MISSING'
  | 'VERSION_MISMATCH'
  | 'ECU_UNKNOWN'
  | 'HARDWARE_MISMATCH'
  | 'COUNTER_BELOW'
  | 'REQUIRES_UNMET'
  | 'DEPENDENCY_DOWN'
  | 'BUSY'
  // [D2]
  | 'BACKEND_DENIED'
  | 'BACKEND_UNREACHABLE'
  // [D3]
  | 'SUPPLY_LOW'
  | 'SUPPLY_HIGH'
  | 'TEMPERATURE'
  | 'IGNITION'
  | 'NOT_PARKED'
  | 'NO_SPACE'
  // [D4] and the way there
  | 'FIRMWARE_NOT_FOUND'
  | 'DOWNLOAD_REFUSED'
  | 'DOWNLOAD_EXPIRED'
  | 'LENGTH_EXCEEDED'
  | 'LENGTH_MISMATCH'
  | 'HASH_MISMATCH'
  // [D5] and installing
  | 'BOOTLOADER_HASH'
  | 'STAGED_LOST'
  | 'BANK_HASH'
  | 'WRITE_INTERRUPTED'
  | 'BACKUP_FAILED'
  | 'TRIAL_INTERRUPTED'
  | 'WATCHDOG_REVERT'
  | 'SELF_TEST_FAILED'
  | 'BOOT_FAILED'
  | 'PREVIOUS_BANK_DAMAGED'
  // [D7]
  | 'NO_VALID_BANK'
  | 'STILL_REQUIRED'
  // commands
  | 'NOTHING_RUNNING'
  | 'UPDATE_UNKNOWN'
  | 'NOT_CANCELLABLE'
  | 'NOT_PAUSABLE'
  | 'NOT_PAUSED'
  | 'NOT_WAITING'
  | 'DECLINED'
  // rollbacks that were wanted
  | 'COMMANDED'
  | 'CANCELLED'
  | 'CAMPAIGN'
  // groups [D8]
  | 'BUNDLE_INCOMPLETE'
  | 'BUNDLE_MISMATCH'
  | 'BUNDLE_CYCLE'
  | 'BUNDLE_MISSING'
  | 'GROUP_MEMBER_FAILED'
  | 'GROUP_CANCELLED'
  | 'GROUP_SPLIT'
  // the machine below
  | 'JOURNAL_CORRUPT'
  | 'META_CORRUPT'
  | 'PROFILE_CHANGED'
  | 'DISK_FULL'
  | 'IO_ERROR'
  | 'HALTED';

export class DcuError extends CodedError<DcuErrorCode> {}

/** What a reader can do about it; one sentence for each code. */
const NEXT: Readonly<Record<DcuErrorCode, string>> = {
  RETAINED_MESSAGE: 'Publish `status` without the retain flag and clear the retained one.',
  REPLAYED: 'Issue the update again; every message needs its own messageId and a higher seq.',
  UNSIGNED: 'Sign the message, or set the DCU’s policy to warn or off.',
  ENVELOPE_INCOMPLETE:
    'Add messageId, seq, sender and vin; without them a signature holds for ever.',
  MANIFEST_MISSING: 'Offer the update with its signed release manifest.',
  VERSION_MISMATCH: 'Let `version` repeat the version of the manifest.',
  ECU_UNKNOWN: 'Name an ECU that the vehicle’s inventory lists.',
  HARDWARE_MISMATCH: 'Offer a release made for this ECU’s hardwareId.',
  COUNTER_BELOW: 'Offer a release whose counter is not lower, or send a signed rollback command.',
  REQUIRES_UNMET: 'Update the required ECU first.',
  DEPENDENCY_DOWN: 'Bring that ECU back first, by an update or in the workshop.',
  BUSY: 'Wait for the running update to end, or cancel it.',
  BACKEND_DENIED: 'See in the backend why it does not know this update.',
  BACKEND_UNREACHABLE: 'Bring the backend API up and offer the update again.',
  SUPPLY_LOW: 'Charge the battery or connect a supply, then offer the update again.',
  SUPPLY_HIGH: 'Bring the supply under the upper limit, then offer the update again.',
  TEMPERATURE: 'Let the vehicle cool down or warm up, then offer the update again.',
  IGNITION: 'Switch the ignition as the release asks, then offer the update again.',
  NOT_PARKED: 'Park the vehicle, then offer the update again.',
  NO_SPACE: 'Free space on the vehicle, then offer the update again.',
  FIRMWARE_NOT_FOUND: 'Import the image into the backend and offer the update again.',
  DOWNLOAD_REFUSED: 'See the backend’s answer; offer the update again once it is mended.',
  DOWNLOAD_EXPIRED: 'Sign the release with a later end and offer it again.',
  LENGTH_EXCEEDED: 'Find out who sends more than the manifest says.',
  LENGTH_MISMATCH: 'Compare the image with the manifest; one of them is wrong.',
  HASH_MISMATCH: 'Compare the image with the manifest; one of them is wrong.',
  BOOTLOADER_HASH: 'Exchange or re-flash the ECU’s bootloader; nothing was written.',
  STAGED_LOST: 'Offer the update again.',
  BANK_HASH: 'Offer the update again; if it recurs, the ECU’s flash is faulty.',
  WRITE_INTERRUPTED: 'Offer the update again and keep the supply on.',
  BACKUP_FAILED: 'Re-flash the ECU in the workshop; what it runs is not what its record says.',
  WATCHDOG_REVERT: 'Examine the release on a bench: it does not start.',
  TRIAL_INTERRUPTED: 'Offer the update again and keep the supply on.',
  SELF_TEST_FAILED: 'Examine the release on a bench before offering it again.',
  BOOT_FAILED: 'Re-flash the ECU in the workshop.',
  PREVIOUS_BANK_DAMAGED: 'Re-flash the ECU in the workshop.',
  NO_VALID_BANK: 'Install a second release first; there is nothing to return to.',
  STILL_REQUIRED: 'Take the ECU that requires it back first; of a bundle the last one first.',
  NOTHING_RUNNING: 'Nothing to do: no update is under way.',
  UPDATE_UNKNOWN: 'Name the update that is running or waiting.',
  NOT_CANCELLABLE: 'Wait for it to end; roll back afterwards.',
  NOT_PAUSABLE: 'Wait for this step to end, or cancel the update.',
  NOT_PAUSED: 'Nothing to do: the update is not paused.',
  NOT_WAITING: 'Nothing to confirm: look at what the vehicle does now.',
  DECLINED: 'Offer the update again when the technician is ready for it.',
  CANCELLED: 'Nothing to do: it was asked for. Offer the update again when it suits.',
  COMMANDED: 'Nothing to do: it was asked for.',
  CAMPAIGN: 'Nothing to do: it was asked for.',
  BUNDLE_INCOMPLETE: 'Send every manifest that the bundle names, each once.',
  BUNDLE_MISMATCH: 'Send the manifests that the bundle was signed over.',
  BUNDLE_CYCLE: 'Take one of the requirements out; no order satisfies them all.',
  BUNDLE_MISSING: 'Send the signed bundle along with its manifests.',
  GROUP_MEMBER_FAILED: 'See why that ECU failed, mend it and offer the whole bundle again.',
  GROUP_CANCELLED: 'Nothing to do: it was asked for. Offer the bundle again when it suits.',
  GROUP_SPLIT: 'Look at each ECU: some run the new version. Re-flash those in the workshop.',
  JOURNAL_CORRUPT: 'Keep a copy of the vehicle’s folder for analysis, then remove its journal.',
  META_CORRUPT: 'Keep a copy of the ECU’s folder for analysis, then remove it.',
  PROFILE_CHANGED: 'Give the vehicle the profile it was made with, or remove and add it again.',
  DISK_FULL: 'Free disk space on this computer; a DCU that stopped goes on by itself.',
  IO_ERROR: 'See the log for what the file system said.',
  HALTED: 'Start the DCU again; it resumes from its journal.',
};

export function refuse(code: DcuErrorCode, reason: string, cause?: unknown): DcuError {
  return new DcuError(code, reason, {
    next: NEXT[code],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A code's next step, also for codes of other rooms that the DCU passes on. */
export function nextFor(code: string): string {
  return Object.hasOwn(NEXT, code)
    ? NEXT[code as DcuErrorCode]
    : 'See the reason, mend it and offer the update again.';
}

/** Why something failed, as it is journalled and published. */
export type Why = { readonly code: string; readonly detail: string };

export function whyOf(error: unknown): Why {
  if (isCodedError(error)) return { code: error.code, detail: error.reason };
  const detail = error instanceof Error ? error.message : String(error);
  const isFull = diskError(error)?.code === 'DISK_FULL';
  return { code: isFull ? 'DISK_FULL' : 'IO_ERROR', detail };
}
