import type { Settings } from '#core/contract';
import type { SettingsChange } from '../../state/settings-change.ts';

/** What a section of the form shows and how it changes it. */
export type SectionProps = {
  settings: Settings;
  edit: (change: SettingsChange) => void;
};
