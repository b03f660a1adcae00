import type { FaultKindView, FaultParameter } from '#core/contract';

type Value = string | number | boolean;

/** A fault as far as a person has filled it in. */
export type FaultDraft = {
  /** Of members that exclude each other, which one is given: `at` → `at.byte`. */
  chosen: Readonly<Record<string, string>>;
  /** By parameter; empty: left out. */
  values: Readonly<Record<string, Value>>;
};

/** Members of which exactly one is given. */
export type Alternative = { name: string; options: FaultParameter[] };

export function alternativesOf(kind: FaultKindView): Alternative[] {
  const names = new Set(kind.parameters.flatMap(({ oneOf }) => oneOf ?? []));
  return [...names].map((name) => ({
    name,
    options: kind.parameters.filter(({ oneOf }) => oneOf === name),
  }));
}

/** What a form begins with: what must be there is filled in, the rest is left to its default. */
export function draftOf(kind: FaultKindView, firstEcu: string | undefined): FaultDraft {
  const chosen = alternativesOf(kind).flatMap(({ name, options }) =>
    options[0] === undefined ? [] : [[name, options[0].name] as const],
  );
  const values = kind.parameters.map((parameter): readonly [string, Value] => {
    const { name, type, required, oneOf, example } = parameter;
    if (type.kind === 'flag') return [name, true];
    if (type.kind === 'ecu') return [name, required ? (firstEcu ?? '') : ''];
    if (type.kind === 'choice' && parameter.default !== null) return [name, parameter.default];
    return [name, required || oneOf !== null ? example : ''];
  });
  return { chosen: Object.fromEntries(chosen), values: Object.fromEntries(values) };
}

/** Those that go with what is chosen: a member after an alternative belongs to it. */
export function shownParameters(kind: FaultKindView, draft: FaultDraft): FaultParameter[] {
  let owner: FaultParameter | null = null;
  return kind.parameters.filter((parameter) => {
    if (parameter.oneOf !== null) owner = parameter;
    const group = owner?.oneOf ?? null;
    if (owner === null || group === null || !parameter.name.startsWith(`${group}.`)) return true;
    return draft.chosen[group] === owner.name;
  });
}

/** As it is sent; the bench says what is wrong with it. */
export function faultOf(kind: FaultKindView, draft: FaultDraft): Record<string, unknown> {
  const fault: Record<string, unknown> = { kind: kind.kind };
  for (const { name } of shownParameters(kind, draft)) {
    const value = draft.values[name];
    if (value === undefined || value === '') continue;
    const [outer = name, inner] = name.split('.');
    if (inner === undefined) fault[outer] = value;
    else fault[outer] = { ...(fault[outer] as object | undefined), [inner]: value };
  }
  return fault;
}
