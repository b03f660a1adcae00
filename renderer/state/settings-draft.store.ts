import { create } from 'zustand';
import type { Settings } from '#core/contract';
import type { Client } from '../connect.ts';
import { t } from '../i18n/index.ts';
import { useBench } from './bench.store.ts';
import { RefusedHere, refusalOf } from './refusal.ts';
import { settingNames } from './setting-name.ts';
import {
  isSame,
  stillOpen,
  takeBack,
  withChange,
  type SettingName,
  type SettingsChange,
} from './settings-change.ts';

/**
 * What was changed in Settings and not saved yet. It outlives the screen: whoever is told to stop
 * a role first goes to the Bench screen for that, and comes back.
 */
export const useSettingsDraft = create<{ draft: SettingsChange | null }>()(() => ({ draft: null }));

export function draftSettings(change: SettingsChange): void {
  useSettingsDraft.setState(({ draft }) => ({ draft: withChange(draft, change) }));
}

/** A file takes a while to be read: its CA is for the broker as it is entered by then, if any is. */
export function draftOutsideCa(caPem: string): void {
  const saved = useBench.getState().bench?.settings;
  if (saved === undefined) return;
  const { externalBroker } = withChange(saved, useSettingsDraft.getState().draft);
  if (externalBroker !== null) draftSettings({ externalBroker: { ...externalBroker, caPem } });
}

/** What is saved by now is no change any more: an undo of it, also by another window, is seen. */
export function settleSettings(saved: Settings): void {
  const { draft } = useSettingsDraft.getState();
  const open = draft && stillOpen(saved, draft);
  if (!isSame(open, draft)) useSettingsDraft.setState({ draft: open });
}

export function discardSettings(): void {
  useSettingsDraft.setState({ draft: null });
}

/**
 * Takes back that `wanted` was saved over `before`. What was changed again since stays.
 * @returns what stays
 * @throws RefusedHere SETTINGS_CHANGED where that is everything
 */
export async function undoSettings(
  client: Client,
  before: Settings,
  wanted: Settings,
): Promise<readonly SettingName[]> {
  const now = await client.settings.get();
  const { change, left } = takeBack({ before, wanted, now });
  const back = withChange(now, change);
  if (!isSame(back, now)) await client.settings.set(back);
  else if (left.length > 0) {
    throw new RefusedHere(
      refusalOf(
        'SETTINGS_CHANGED',
        () => t('ui:refused.settingsChanged.reason', { names: settingNames(left) }),
        () => t('ui:refused.settingsChanged.next'),
      ),
    );
  }
  return left;
}
