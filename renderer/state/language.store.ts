import { create } from 'zustand';
import {
  languages,
  setLanguage,
  spokenLanguage,
  startLanguage,
  type Language,
  type LanguageChoice,
} from '../i18n/index.ts';

/** As the system has it, or one of ours whatever the system has. */
export const languageChoices: readonly LanguageChoice[] = ['auto', ...languages];

type LanguageStore = { choice: LanguageChoice; language: Language };

/** What the window speaks. A change mounts the window anew, so that nothing is left in the old words. */
export const useLanguage = create<LanguageStore>()(() => {
  const choice = startLanguage();
  return { choice, language: spokenLanguage() };
});

// A system whose language is changed while we run says so.
window.addEventListener('languagechange', () => {
  const { choice } = useLanguage.getState();
  if (choice === 'auto') chooseLanguage(choice);
});

export function chooseLanguage(choice: LanguageChoice): void {
  setLanguage(choice);
  useLanguage.setState({ choice, language: spokenLanguage() });
}
