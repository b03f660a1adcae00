import { spokenLanguage, textOrNull } from '../../i18n/index.ts';
import { germanOfCore } from '../../i18n/of-core.ts';
import { bytes, count, dateTime, day, decimal, duration, volts } from '../format.ts';
import { inOrder, type Kind, PLACE, type Template, templateOf, valuesOf } from './recognise.ts';

/** Longer ones are no sentence of the core, and looking at them would take its time. */
const LENGTH_LIMIT = 4_000;
/** A reason within a reason within a reason. */
const DEPTH_LIMIT = 4;
/** Rows of a list are drawn again and again with the same few sentences. */
const KEPT = 2_000;

type Table = { readonly plain: ReadonlyMap<string, string>; readonly made: readonly Template[] };

let table: Table | null = null;
const kept = new Map<string, string | null>();

/**
 * A sentence of the core in the spoken language: its numbers, sizes and times as they are written
 * there. One that is not known (of another version of the bench, or somebody's own) stays as it is.
 */
export function told(english: string): string {
  return toldOrNull(english) ?? english;
}

/** Null where it would stay English. */
export function toldOrNull(english: string): string | null {
  if (spokenLanguage() === 'en') return null;
  const known = kept.get(english);
  if (known !== undefined) return known;
  const german = english.length > LENGTH_LIMIT ? null : say(english, 0);
  if (kept.size >= KEPT) kept.clear();
  kept.set(english, german);
  return german;
}

function say(english: string, depth: number): string | null {
  table ??= prepare();
  const plain = table.plain.get(english);
  if (plain !== undefined || depth > DEPTH_LIMIT) return plain ?? null;
  const pieces = listed(english, ['\n', '; '], depth);
  if (pieces !== null) return pieces;
  for (const template of table.made) {
    const values = valuesOf(template, english);
    if (values === null) continue;
    const german = new Map(
      template.places.map(({ name, kind }) => [name, shown(kind, values.get(name) ?? '', depth)]),
    );
    if ([...german.values()].includes(null)) continue;
    return (table.plain.get(template.english) ?? '').replace(
      PLACE,
      (_, name: string) => german.get(name) ?? '',
    );
  }
  return listed(english, [', '], depth) ?? bare(english, depth);
}

/** Several sentences with one of these between, each known. */
function listed(english: string, joints: readonly string[], depth: number): string | null {
  for (const joint of joints) {
    const pieces = english.split(joint);
    if (pieces.length === 1) continue;
    const said = pieces.map((piece) => say(piece, depth + 1));
    if (!said.includes(null)) return said.join(joint);
  }
  return null;
}

/** The same with the capital and the point of a whole sentence, where somebody made it one. */
function bare(english: string, depth: number): string | null {
  const without = english.replace(/\.$/, '');
  return without === english || without === '' ? null : say(without, depth + 1);
}

/** Null where it had to be known, and is not. */
function shown(kind: Kind, value: string, depth: number): string | null {
  switch (kind) {
    case 'word':
    case 'path':
    case 'json':
    case 'code':
      return value;
    case 'text':
      return say(value, depth + 1) ?? value;
    case 'known':
      return say(value, depth + 1);
    case 'n':
      return value.includes('.') ? decimal(Number(value), digitsOf(value)) : count(Number(value));
    case 'bytes':
      return bytes(Number(value));
    case 'ms':
      return duration(Number(value));
    case 's':
      return duration(Number(value.slice(0, -2)) * 1_000);
    case 'mV':
      return volts(Number(value));
    case 'day':
      return day(new Date(`${value}T00:00:00`).getTime());
    case 'at':
      return dateTime(Date.parse(value));
  }
}

const digitsOf = (value: string): number => (value.split('.')[1] ?? '').length;

function prepare(): Table {
  const plain = new Map(Object.entries(germanOfCore));
  const made = [...plain.keys()].filter((english) => english.includes('{{')).map(templateOf);
  return { plain, made: inOrder(made) };
}

/** A sentence of the core as one that stands alone; a first word that is a name stays as it is. */
export function asSentence(english: string): string {
  const text = told(english);
  const first = /^[a-z]+(?=[\s,;:’']|$)/.test(text)
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text;
  return /[.!?…]$/.test(first) || first === '' ? first : `${first}.`;
}

/** The core's own next step knows the case, but speaks English only; a code has its own in German. */
export function nextStep({ code, next }: { code: string; next: string }): string {
  if (spokenLanguage() === 'en') return asSentence(next);
  return asSentence(textOrNull(`codes:${code}.next`) ?? next);
}
