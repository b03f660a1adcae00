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

export function withChange(settings: Settings, change: SettingsChange | null): Settings;
export function withChange(first: SettingsChange | null, then: SettingsChange): SettingsChange;
export function withChange(
  base: SettingsChange | null,
  change: SettingsChange | null,
): SettingsChange {
  return {
    ...base,
    ...change,
    listeners: { ...base?.listeners, ...change?.listeners },
    policies: { ...base?.policies, ...change?.policies },
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
  const { before, now } = save;
  const { listeners: ofListeners, policies: ofPolicies, ...alone } = save.wanted;
  const each = compare<Omit<Settings, Group>>({ before, wanted: alone, now });
  const [listeners, policies] = [
    compare({ before: before.listeners, wanted: ofListeners, now: now.listeners }),
    compare({ before: before.policies, wanted: ofPolicies, now: now.policies }),
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

/** Of each member of `wanted`. */
function compare<T extends object>(save: Save<T>): { back: Partial<T>; left: (keyof T)[] } {
  const { before, wanted, now } = save;
  const is = (name: keyof T, one: T, other: T): boolean => isSame(one[name], other[name]);
  const undone = (Object.keys(wanted) as (keyof T)[]).filter(
    (name) => !is(name, before, wanted) && !is(name, now, before),
  );
  const back: Partial<T> = {};
  for (const name of undone) if (is(name, now, wanted)) back[name] = before[name];
  return { back, left: undone.filter((name) => !is(name, now, wanted)) };
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
