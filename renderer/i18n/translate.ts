import { createInstance, type i18n } from 'i18next';
import { languages, resources, type Words } from './resources.ts';

/** The one instance. With the texts at hand it is ready as soon as this module is. */
export const translator: i18n = createInstance();
void translator.init({
  lng: 'en',
  fallbackLng: 'en',
  supportedLngs: languages,
  resources,
  ns: Object.keys(resources.en),
  defaultNS: 'ui',
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  initAsync: false,
});

type Base<Name extends string> = Name extends `${infer Plain}_${'one' | 'other'}` ? Plain : Name;
type Path<Tree> = {
  [Name in keyof Tree & string]: Tree[Name] extends string
    ? Base<Name>
    : `${Name}.${Path<Tree[Name]>}`;
}[keyof Tree & string];

/** `namespace:path.to.text`; a text with plural forms is named without its ending. */
export type TextKey = { [Space in keyof Words]: `${Space}:${Path<Words[Space]>}` }[keyof Words];

/**
 * The text of a key such as `bench:roles.start`, in the spoken language, its `{{names}}` filled in.
 * A `count` picks the plural form. Call it while rendering or in a function, never when a module is
 * loaded: the window is mounted anew when the language changes.
 */
export function t(key: TextKey, values?: Readonly<Record<string, string | number>>): string {
  if (values !== undefined) return translator.t(key, values);
  const known = plain.get(key);
  if (known !== undefined) return known;
  const text = translator.t(key);
  plain.set(key, text);
  return text;
}

/** Texts with nothing to fill in, as spoken now: a screen asks for hundreds of them at once. */
const plain = new Map<TextKey, string>();
translator.on('languageChanged', () => {
  plain.clear();
});

/** The text of a key that is put together at run time, or null when there is none. */
export function textOrNull(key: string): string | null {
  return translator.exists(key) ? translator.t(key) : null;
}
