import de from '../../resources/help/de/codes.json' with { type: 'json' };
import en from '../../resources/help/en/codes.json' with { type: 'json' };
import type { Refusal } from '#core/ports';
import type { Language } from '../channel/index.ts';

type Known = Readonly<Record<string, { readonly title: string; readonly next: string }>>;

// Built in, not read at run time: what is missing may be the resources.
const codes: Readonly<Record<Language, Known>> = { en, de };

/**
 * A refusal as a message box shows it: in the language of the windows what it is and what to do, then
 * the reason as it was given, and the code that help and log are searched for.
 */
export function inWords(
  { code, reason, next }: Refusal,
  language: Language,
): { message: string; detail: string } {
  const known = codes[language][code];
  if (known === undefined) return { message: reason, detail: `${next}\n\n${code}` };
  return { message: known.title, detail: `${known.next}\n\n${reason}\n${code}` };
}
