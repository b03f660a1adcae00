export {
  locale,
  setLanguage,
  spokenLanguage,
  startLanguage,
  type LanguageChoice,
} from './language.ts';
export { languages, type Language } from './resources.ts';
export { t, textOrNull } from './translate.ts';
