import type { BankState, RoleState, SignatureMark, UpdateStage, UpdateView } from '#core/contract';
import { t, textOrNull } from '../i18n/index.ts';
import { isRollback } from '../state/path.ts';

/** The tone of a state. Always shown with a word or a shape besides the colour. */
export type Tone = 'ok' | 'busy' | 'warn' | 'bad' | 'quiet';

/** What a state is called, what it means, and how it is drawn. */
export type Words = { word: string; says: string; tone: Tone };

export const stageWords = (stage: UpdateStage): string => t(`ui:stage.${stage}`);

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

const signatureTones: Record<SignatureMark, Tone> = {
  valid: 'ok',
  unsigned: 'warn',
  invalid: 'bad',
  unchecked: 'quiet',
};

export function signatureWords(mark: SignatureMark): Words {
  return {
    word: t(`ui:signature.${mark}.word`),
    says: t(`ui:signature.${mark}.says`),
    tone: signatureTones[mark],
  };
}

const bankTones: Record<BankState, Tone> = {
  empty: 'quiet',
  writing: 'busy',
  written: 'busy',
  pending: 'busy',
  active: 'ok',
  valid: 'quiet',
  bad: 'bad',
};

export function bankWords(state: BankState): Words {
  return {
    word: t(`ui:bank.${state}.word`),
    says: t(`ui:bank.${state}.says`),
    tone: bankTones[state],
  };
}

const roleTones: Record<RoleState['kind'], Tone> = {
  off: 'quiet',
  starting: 'busy',
  on: 'ok',
  failed: 'bad',
  stopping: 'busy',
};

export function roleWords(kind: RoleState['kind']): Omit<Words, 'says'> {
  return { word: t(`ui:role.${kind}`), tone: roleTones[kind] };
}

/** What an ECU or a vehicle is at, by the DCU's own word for it; somebody else's word as it is. */
export function doingWords(doing: string): string {
  return textOrNull(`ui:doing.${doing}`) ?? sentence(doing);
}

/** `rolling_back` → `Rolling back`, for words of the protocol which have no entry of their own. */
export function sentence(word: string): string {
  const text = word.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
