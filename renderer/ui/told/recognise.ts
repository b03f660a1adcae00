/*
 * The core says its sentences in English, also in what a vehicle publishes and what the books of
 * years ago hold. A sentence is known again by the template it was made from, and its values by what
 * stands at the places of the template; so nothing that is sent, kept or signed needs a second text.
 */

/**
 * What may stand at a place; without one, a word without spaces that is shown as it came. `text` is
 * said in German where it is known, `known` has to be.
 */
export type Kind =
  | 'word'
  | 'code'
  | 'text'
  | 'known'
  | 'n'
  | 'bytes'
  | 'ms'
  | 's'
  | 'mV'
  | 'day'
  | 'at'
  | 'path'
  | 'json';

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
  path: /^[\w-]+(\.[\w-]+)*$/,
  json: /^(["{[]|-?\d|true|false|null|nothing)/,
  day: /^\d{4}-\d\d-\d\d$/,
  at: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
};

const LOOSE: ReadonlySet<Kind> = new Set(['text', 'known']);

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

/** Where a place may end, if what follows stands there more than once. Hostile text has no more. */
const ENDS_TRIED = 200;

/** The values of a sentence made from the template; null when it was not. */
export function valuesOf(template: Template, sentence: string): ReadonlyMap<string, string> | null {
  const [first = ''] = template.fixed;
  if (!sentence.startsWith(first) || !sentence.endsWith(template.fixed.at(-1) ?? '')) return null;
  const values = new Map<string, string>();
  const fits = fill({ template, sentence, values, left: ENDS_TRIED }, 0, first.length);
  return fits ? values : null;
}

type Search = {
  readonly template: Template;
  readonly sentence: string;
  readonly values: Map<string, string>;
  left: number;
};

function fill(search: Search, index: number, from: number): boolean {
  const { template, sentence, values } = search;
  const place = template.places[index];
  if (place === undefined) return from === sentence.length;
  const next = template.fixed[index + 1] ?? '';
  const isLast = index === template.places.length - 1;
  let end = isLast
    ? sentence.length - next.length
    : next === ''
      ? from + beginning(place.kind, sentence.slice(from)).length
      : sentence.indexOf(next, from);
  while (end >= from && search.left > 0) {
    search.left -= 1;
    const value = sentence.slice(from, end);
    if (KINDS[place.kind].test(value)) {
      values.set(place.name, value);
      if (fill(search, index + 1, end + next.length)) return true;
    }
    // Only what may hold the text behind it can end later.
    if (isLast || next === '' || !LOOSE.has(place.kind)) return false;
    end = sentence.indexOf(next, end + 1);
  }
  return false;
}

/** What belongs to a place that another one follows with nothing between. */
function beginning(kind: Kind, rest: string): string {
  const pattern = kind === 'word' ? /^[^\s,;]+/ : new RegExp(KINDS[kind].source.replace(/\$$/, ''));
  return pattern.exec(rest)?.[0] ?? '';
}

/** Those with more fixed words first: what fits them is said by them and no vaguer one. */
export function inOrder(templates: readonly Template[]): readonly Template[] {
  const weight = ({ fixed }: Template): number => fixed.reduce((sum, each) => sum + each.length, 0);
  return [...templates].sort((one, other) => weight(other) - weight(one));
}
