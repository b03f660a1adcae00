import type { ListenerName, Settings } from '#core/contract';

/** Settings that are made of others, each of which stands alone. */
type Group = 'listeners' | 'policies';
type Alone = Exclude<keyof Settings, Group>;
type Verifier = keyof Settings['policies'];

/**
 * What is changed as one. An address and the consent that other machines may reach it belong
 * together, as do an outside broker and its CA: a mixture of two saves would be neither's.
 */
export type SettingName =
  | { of: 'listeners'; name: ListenerName }
  | { of: 'policies'; name: Verifier }
  | { of: 'settings'; name: Alone };

/** The parts that were changed and no others: what another window saves meanwhile stays as it is. */
export type SettingsChange = Partial<Omit<Settings, Group>> & {
  [Name in Group]?: Partial<Settings[Name]>;
};

export function withChange(settings: Settings, change: SettingsChange | null): Settings {
  return {
    ...settings,
    ...change,
    listeners: { ...settings.listeners, ...change?.listeners },
    policies: { ...settings.policies, ...change?.policies },
  };
}

export function bothChanges(first: SettingsChange | null, then: SettingsChange): SettingsChange {
  return {
    ...first,
    ...then,
    listeners: { ...first?.listeners, ...then.listeners },
    policies: { ...first?.policies, ...then.policies },
  };
}

/** What of `change` is not as it is saved; null where all of it is. */
export function stillOpen(saved: Settings, change: SettingsChange): SettingsChange | null {
  const { listeners = {}, policies = {}, ...alone } = change;
  const open = {
    ...differing<Omit<Settings, Group>>(alone, saved),
    listeners: differing<Settings['listeners']>(listeners, saved.listeners),
    policies: differing<Settings['policies']>(policies, saved.policies),
  };
  return isSame(withChange(saved, open), saved) ? null : open;
}

function differing<T extends object>(some: Partial<T>, saved: T): Partial<T> {
  const open: Partial<T> = {};
  for (const name of Object.keys(some) as (keyof T)[]) {
    if (!isSame(some[name], saved[name])) open[name] = some[name];
  }
  return open;
}

type Save<T> = { before: T; wanted: T; now: T };

/** What takes back that `wanted` was saved over `before`; `left` is what was changed again since. */
export function takeBack(save: Save<Settings>): { change: SettingsChange; left: SettingName[] } {
  const { before, wanted, now } = save;
  const alone = (Object.keys(wanted) as (keyof Settings)[]).filter((name) => !isGroup(name));
  const each = compare<Omit<Settings, Group>>(save, alone);
  const [listeners, policies] = [
    compareAll({ before: before.listeners, wanted: wanted.listeners, now: now.listeners }),
    compareAll({ before: before.policies, wanted: wanted.policies, now: now.policies }),
  ];
  return {
    change: { ...each.back, listeners: listeners.back, policies: policies.back },
    left: [
      ...each.left.map((name) => ({ of: 'settings', name }) as const),
      ...listeners.left.map((name) => ({ of: 'listeners', name }) as const),
      ...policies.left.map((name) => ({ of: 'policies', name }) as const),
    ],
  };
}

const isGroup = (name: keyof Settings): name is Group =>
  name === 'listeners' || name === 'policies';

function compareAll<T extends object>(save: Save<T>): { back: Partial<T>; left: (keyof T)[] } {
  return compare(save, Object.keys(save.wanted) as (keyof T)[]);
}

function compare<T extends object>(
  { before, wanted, now }: Save<T>,
  names: readonly (keyof T)[],
): { back: Partial<T>; left: (keyof T)[] } {
  const is = (name: keyof T, one: T, other: T): boolean => isSame(one[name], other[name]);
  const undone = names.filter((name) => !is(name, before, wanted) && !is(name, now, before));
  const back: Partial<T> = {};
  for (const name of undone) if (is(name, now, wanted)) back[name] = before[name];
  return { back, left: undone.filter((name) => !is(name, now, wanted)) };
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
