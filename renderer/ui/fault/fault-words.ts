import type { FaultKindView, FaultParameter, FaultView } from '#core/contract';
import { spokenLanguage, t, textOrNull } from '../../i18n/index.ts';
import { asSentence, told as said } from '../told/told.ts';
import { sentence, type Tone } from '../words.ts';

type Given = string | number | boolean;
type StateWords = { word: string; says: string; tone: Tone };

const tones: Record<FaultView['state'], Tone> = { armed: 'warn', active: 'busy', spent: 'quiet' };

export function stateWords(state: FaultView['state']): StateWords {
  return {
    word: t(`lab:fault.state.${state}.word`),
    says: t(`lab:fault.state.${state}.says`),
    tone: tones[state],
  };
}

/** The bench tells its kinds in English; the window has words of its own for those it knows. */
export function kindWords(
  view: FaultKindView,
): Pick<FaultKindView, 'title' | 'summary' | 'stoppedBy'> {
  const { kind, title, summary, stoppedBy } = view;
  return {
    title: textOrNull(`lab:faultKinds.${kind}.title`) ?? title,
    summary: textOrNull(`lab:faultKinds.${kind}.summary`) ?? summary,
    stoppedBy: textOrNull(`lab:faultKinds.${kind}.stoppedBy`) ?? stoppedBy,
  };
}

export function parameterLabel({ name, label }: FaultParameter): string {
  return textOrNull(`lab:faultParameters.${name.replace('.', '_')}`) ?? label;
}

export function choiceLabel(choice: string): string {
  return textOrNull(`lab:faultChoices.${choice}`) ?? sentence(choice);
}

/** The list of kinds, by what they concern. */
export function groupsOf(
  kinds: readonly FaultKindView[],
): { group: string; items: { value: string; label: string }[] }[] {
  const groups = [...new Set(kinds.map(({ group }) => group))];
  return groups.map((group) => ({
    group: t(`lab:fault.group.${group}`),
    items: kinds
      .filter((each) => each.group === group)
      .map((each) => ({ value: each.kind, label: kindWords(each).title })),
  }));
}

/**
 * What a fault that is set does. The bench has a sentence for it in English; in another language
 * its parameters are told one by one.
 */
export function summaryOf(
  { fault, summary }: FaultView,
  kinds: readonly FaultKindView[] | null,
): string {
  const kind = kinds?.find((each) => each.kind === fault.kind);
  if (kind === undefined || spokenLanguage() === 'en') return asSentence(summary);
  const given: Readonly<Record<string, Given | Readonly<Record<string, Given>> | undefined>> =
    fault;
  const told = kind.parameters.flatMap((parameter) => {
    const [outer = '', inner] = parameter.name.split('.');
    const held = given[outer];
    const value = typeof held === 'object' && inner !== undefined ? held[inner] : held;
    if (value === undefined || typeof value === 'object') return [];
    if (value === true) return [parameterLabel(parameter)];
    const text =
      parameter.type.kind === 'choice' ? choiceLabel(String(value)) : said(String(value));
    const unit = parameter.unit === null ? '' : ` ${unitLabel(parameter.unit)}`;
    return [`${parameterLabel(parameter)}: ${text}${unit}`];
  });
  const { summary: general } = kindWords(kind);
  return told.length === 0 ? general : `${general} ${told.join(', ')}.`;
}

/** `bytes` is a word; `ms` and `mV` are the same everywhere. */
export function unitLabel(unit: string): string {
  return textOrNull(`lab:faultUnits.${unit.replace('/', '_')}`) ?? unit;
}

export function timesStruck(fired: number): string {
  return fired === 0 ? t('lab:fault.notStruck') : t('lab:fault.struck', { count: fired });
}
