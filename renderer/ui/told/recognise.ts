/*
 * The core says its sentences in English, also in what a vehicle publishes and what the books of
 * years ago hold. A sentence is known again by the template it was made from, and its values by what
 * stands at the places of the template; so nothing that is sent, kept or signed needs a second text.
 */

/**
 * What may stand at a place; without one, a word without spaces that is shown as it came. `text` is
 * said in German where it is known, `known` has to be.
 */
export type Kind = 'word' | 'code' | 'text' | 'known' | 'n' | 'bytes' | 'ms' | 's' | 'mV';

export type Template = {
  /** As in the table. */
  readonly english: string;
  /** What stands between the places, one more than those. */
  readonly fixed: readonly string[];
  readonly places: readonly { readonly name: string; readonly kind: Kind }[];
};

export const PLACE = /\{\{(\w+)(?::(\w+))?\}\}/g;

const KINDS: Readonly<Record<Kind, RegExp>> = {
  word: /^\S+$/,
  code: /^[A-Z][A-Z0-9_]+$/,
  text: /^[^]*$/,
  known: /^[^]+$/,
  n: /^-?\d+(\.\d+)?$/,
  bytes: /^\d+$/,
  ms: /^-?\d+$/,
  s: /^\d+(\.\d+)? s$/,
  mV: /^-?\d+$/,
};

const isKind = (kind: string): kind is Kind => kind in KINDS;

/** `{{name:kind}}` at each place; see {@link Kind}. */
export function templateOf(english: string): Template {
  const fixed: string[] = [];
  const places: { name: string; kind: Kind }[] = [];
  let end = 0;
  for (const found of english.matchAll(PLACE)) {
    const [whole, name = '', kind = 'word'] = found;
    fixed.push(english.slice(end, found.index));
    places.push({ name, kind: isKind(kind) ? kind : 'word' });
    end = found.index + whole.length;
  }
  return { english, fixed: [...fixed, english.slice(end)], places };
}

/** The values of a sentence made from the template; null when it was not. Takes linear time. */
export function valuesOf(template: Template, sentence: string): ReadonlyMap<string, string> | null {
  const { fixed, places } = template;
  const [first = ''] = fixed;
  const last = fixed.at(-1) ?? '';
  if (places.length === 0) return sentence === first ? new Map() : null;
  if (!sentence.startsWith(first) || !sentence.endsWith(last)) return null;
  const values = new Map<string, string>();
  let at = first.length;
  for (const [index, { name, kind }] of places.entries()) {
    const isLast = index === places.length - 1;
    const end = isLast
      ? sentence.length - last.length
      : sentence.indexOf(fixed[index + 1] ?? '', at);
    if (end < at) return null;
    const value = sentence.slice(at, end);
    if (!KINDS[kind].test(value)) return null;
    values.set(name, value);
    at = end + (fixed[index + 1] ?? '').length;
  }
  return values;
}

/** Those with more fixed words first: what fits them is said by them and no vaguer one. */
export function inOrder(templates: readonly Template[]): readonly Template[] {
  const weight = ({ fixed }: Template): number => fixed.reduce((sum, each) => sum + each.length, 0);
  return [...templates].sort((one, other) => weight(other) - weight(one));
}
