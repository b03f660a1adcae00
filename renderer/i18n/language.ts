import { languages, type Language } from './resources.ts';
import { translator } from './translate.ts';

const KEPT_AS = 'ota-bench-language';

function isLanguage(value: unknown): value is Language {
  return languages.some((each) => each === value);
}

/** The language the window speaks now. */
export function spokenLanguage(): Language {
  return isLanguage(translator.language) ? translator.language : 'en';
}

/** For `Intl`: the person's own variant of the spoken language (`de-AT`) when the system has one. */
export function locale(): string {
  const spoken = spokenLanguage();
  return wishes().find((tag) => languageOf(tag) === spoken) ?? spoken;
}

/** A language, or the system's. */
export type LanguageChoice = Language | 'auto';

/** Speaks the kept choice, and tells it. */
export function startLanguage(): LanguageChoice {
  const kept = read();
  const choice = isLanguage(kept) ? kept : 'auto';
  speak(choice === 'auto' ? ofSystem() : choice);
  return choice;
}

/** Speaks from now on, and keeps the choice for the next start. */
export function setLanguage(choice: LanguageChoice): void {
  try {
    localStorage.setItem(KEPT_AS, choice);
  } catch {
    // A browser that keeps nothing still speaks it until it is closed.
  }
  speak(choice === 'auto' ? ofSystem() : choice);
}

/** The first language of the system that there is, else English. */
const ofSystem = (): Language => wishes().map(languageOf).find(isLanguage) ?? 'en';

function speak(language: Language): void {
  // Without a backend to load from, the change is done when this returns.
  void translator.changeLanguage(language);
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}

function read(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

const wishes = (): readonly string[] =>
  typeof navigator === 'undefined' ? [] : navigator.languages;

const languageOf = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? '';
