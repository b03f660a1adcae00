import type { Fault, FaultKindView, FaultParameter } from '#core/contract';
import { t } from '../i18n/index.ts';

/** What the form of a kind holds, by parameter; empty text: left out. */
export type FaultValues = Readonly<Record<string, string | number>>;
/** Of parameters that exclude each other, the one that is given; by their common word. */
export type FaultChoices = Readonly<Record<string, string>>;

export type FaultDraft = { values: FaultValues; choices: FaultChoices };

/** What must be given begins with its example; what may be left out with its default, or nothing. */
export function draftOf(kind: FaultKindView, ecuIds: readonly string[]): FaultDraft {
  const values: Record<string, string | number> = {};
  const choices: Record<string, string> = {};
  for (const parameter of kind.parameters) {
    const { name, oneOf, type } = parameter;
    if (oneOf !== null) choices[oneOf] ??= name;
    values[name] = type.kind === 'ecu' && parameter.required ? (ecuIds[0] ?? '') : start(parameter);
  }
  return { values, choices };
}

function start({ type, required, oneOf, default: fallback, example }: FaultParameter) {
  if (type.kind === 'ecu' || type.kind === 'flag') return '';
  const value = required || oneOf !== null ? example : fallback;
  return typeof value === 'boolean' || value === null ? '' : value;
}

/** The parameters that count: those of alternatives that are not chosen go, with what belongs to them. */
export function shownParameters(kind: FaultKindView, choices: FaultChoices): FaultParameter[] {
  let owner: FaultParameter | null = null;
  return kind.parameters.filter((parameter) => {
    const { name, oneOf } = parameter;
    if (oneOf !== null) {
      owner = parameter;
      return choices[oneOf] === name;
    }
    // What follows an alternative inside the same member goes with it: `at.where` with `at.byte`.
    const inside = owner?.oneOf ?? null;
    if (owner === null || inside === null || !name.startsWith(`${inside}.`)) return true;
    return choices[inside] === owner.name;
  });
}

/** What is wrong with one value before anything is sent; null where nothing is. */
export function problemOf(parameter: FaultParameter, value: string | number): string | null {
  const { type, required, oneOf } = parameter;
  if (type.kind === 'flag') return null;
  if (value === '') return required || oneOf !== null ? t('lab:fault.giveValue') : null;
  switch (type.kind) {
    case 'integer': {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) return t('lab:fault.giveWhole');
      if (number < type.min || number > type.max) {
        return t('lab:fault.giveBetween', { min: type.min, max: type.max });
      }
      return null;
    }
    case 'text':
      return String(value).length > type.maxLength
        ? t('lab:fault.atMost', { max: type.maxLength })
        : null;
    case 'choice':
    case 'ecu':
      return null;
  }
}

/** The fault as it is sent. The bench judges it; only empty members are left out here. */
export function faultOf(kind: FaultKindView, { values, choices }: FaultDraft): Fault {
  const fault: Record<string, unknown> = { kind: kind.kind };
  for (const { name, type } of shownParameters(kind, choices)) {
    const value = type.kind === 'flag' ? true : values[name];
    if (value === undefined || value === '') continue;
    const [outer = name, inner] = name.split('.');
    const known = fault[outer];
    fault[outer] =
      inner === undefined ? value : { ...(typeof known === 'object' ? known : {}), [inner]: value };
  }
  return fault as Fault;
}
