import { create } from 'zustand';
import type { Settings } from '#core/contract';

/**
 * What was changed in Settings and not saved yet. It outlives the screen: whoever is told to stop
 * a role first goes to the Bench screen for that, and comes back.
 */
export const useSettingsDraft = create<{ draft: Settings | null }>()(() => ({ draft: null }));

export function draftSettings(draft: Settings | null): void {
  useSettingsDraft.setState({ draft });
}
