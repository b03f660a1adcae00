import { create } from 'zustand';
import type { Settings } from '#core/contract';

/** The parts that were changed and no others: what another window saves meanwhile stays as it is. */
type Changed = Partial<Settings>;

/**
 * What was changed in Settings and not saved yet. It outlives the screen: whoever is told to stop
 * a role first goes to the Bench screen for that, and comes back.
 */
export const useSettingsDraft = create<{ draft: Changed | null }>()(() => ({ draft: null }));

export function draftSettings(change: Changed): void {
  useSettingsDraft.setState(({ draft }) => ({ draft: { ...draft, ...change } }));
}

export function discardSettings(): void {
  useSettingsDraft.setState({ draft: null });
}

/** What saving `wanted` changed, as it was `before`; what was changed again since stays. */
export function withoutChange(before: Settings, wanted: Settings, now: Settings): Settings {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const back = (Object.keys(wanted) as (keyof Settings)[])
    .filter((name) => !same(before[name], wanted[name]) && same(now[name], wanted[name]))
    .map((name) => [name, before[name]]);
  return { ...now, ...(Object.fromEntries(back) as Changed) };
}
