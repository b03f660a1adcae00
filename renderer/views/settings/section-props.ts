import type { Settings } from '#core/contract';

/** What a section of the form shows and how it changes it. */
export type SectionProps = {
  settings: Settings;
  edit: (change: Partial<Settings>) => void;
};
