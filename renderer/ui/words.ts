import type { BankState, RoleState, SignatureMark, UpdateStage, UpdateView } from '#core/contract';
import { isRollback } from '../state/path.ts';

/** The tone of a state. Always shown with a word or a shape besides the colour. */
export type Tone = 'ok' | 'busy' | 'warn' | 'bad' | 'quiet';

export const stageWords: Record<UpdateStage, string> = {
  queued: 'Queued',
  issued: 'Issued',
  available: 'Available',
  refused: 'Refused',
  acknowledged: 'Acknowledged',
  downloading: 'Downloading',
  installing: 'Installing',
  finalizing: 'Finalizing',
  completed: 'Completed',
  failed: 'Failed',
  rolling_back: 'Rolling back',
  rolled_back: 'Rolled back',
  cancelled: 'Cancelled',
};

export const stageTones: Record<UpdateStage, Tone> = {
  queued: 'quiet',
  issued: 'busy',
  available: 'busy',
  refused: 'bad',
  acknowledged: 'busy',
  downloading: 'busy',
  installing: 'busy',
  finalizing: 'busy',
  completed: 'ok',
  failed: 'bad',
  rolling_back: 'warn',
  rolled_back: 'warn',
  cancelled: 'quiet',
};

/** A rollback that somebody asked for is no accident when it is done. */
export function toneOf(update: UpdateView): Tone {
  return update.stage === 'rolled_back' && isRollback(update) ? 'ok' : stageTones[update.stage];
}

export const signatureWords: Record<SignatureMark, { word: string; says: string; tone: Tone }> = {
  valid: { word: 'Signed', says: 'The signature was checked and is valid.', tone: 'ok' },
  unsigned: { word: 'Unsigned', says: 'There was no signature; policy let it pass.', tone: 'warn' },
  invalid: { word: 'Bad signature', says: 'The signature was checked and is wrong.', tone: 'bad' },
  unchecked: { word: 'Unchecked', says: 'The signature was not checked.', tone: 'quiet' },
};

export const bankWords: Record<BankState, { word: string; says: string; tone: Tone }> = {
  empty: { word: 'Empty', says: 'Holds no image.', tone: 'quiet' },
  writing: { word: 'Writing', says: 'An image is being written here now.', tone: 'busy' },
  written: { word: 'Written', says: 'Whole image written, not yet tried.', tone: 'busy' },
  pending: { word: 'Trial boot', says: 'Booted on trial; not yet committed.', tone: 'busy' },
  active: { word: 'Active', says: 'The ECU boots from this bank.', tone: 'ok' },
  valid: { word: 'Valid', says: 'A good image that can be rolled back to.', tone: 'quiet' },
  bad: { word: 'Bad', says: 'The image here did not pass; it is never booted.', tone: 'bad' },
};

export const roleWords: Record<RoleState['kind'], { word: string; tone: Tone }> = {
  off: { word: 'Off', tone: 'quiet' },
  starting: { word: 'Starting', tone: 'busy' },
  on: { word: 'On', tone: 'ok' },
  failed: { word: 'Failed', tone: 'bad' },
  stopping: { word: 'Stopping', tone: 'busy' },
};

/** `rolling_back` → `Rolling back`, for words of the protocol which have no entry of their own. */
export function sentence(word: string): string {
  const text = word.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
