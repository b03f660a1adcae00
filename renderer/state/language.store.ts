import { create } from 'zustand';
import { setLanguage, spokenLanguage, startLanguage, type Language } from '../i18n/index.ts';

/** What the window speaks. A change mounts the window anew, so that nothing is left in the old words. */
export const useLanguage = create<{ language: Language }>()(() => {
  startLanguage();
  return { language: spokenLanguage() };
});

export function chooseLanguage(language: Language): void {
  setLanguage(language);
  useLanguage.setState({ language });
}
