import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inOrder, PLACE, templateOf, valuesOf } from '../ui/told/recognise.ts';
import { germanOfCore } from './of-core.ts';
import { isSentence, literalsIn } from './of-core.testing.ts';

const root = join(import.meta.dirname, '../..');

/** Rooms whose sentences reach the window. */
const ROOMS =
  /^core\/(?!contract|diagnostics|fleet|ports|testing|report\/(html|sentence)|bench\/fleet|faults\/(words|describe))/;

/** What is said to programs, in files, or as a next step, for which a code has its own words. */
const ELSEWHERE =
  /\/next\.ts$|(dcu|signing)\/errors\.ts$|backend\/api\/|mosquitto\/(configuration|readme|start-script)|dcu-readme|handout\.ts$|scenario\/junit|acl\/print|recorder\/schema|demo-image/;
const UNSEEN = new Set([
  'ota-bench journal 1',
  'ota-bench key id {}',
  'OTA Bench vehicle profile, format 1',
  'OTA Bench scenario, format 1',
  'captures are little-endian',
  'there is no call {}',
  'no recorder-worker.js near {}',
  'ENOSPC: no space left on device, write',
  '1:1 $: it is wrong',
  'OTA Bench tries whether this may be published. Nothing is to be done.',
]);
/** A reason begins small, a next step with a capital; these rooms say whole sentences as well. */
const NEXT_STEP = /^[A-Z].*\.$/;
const WHOLE_SENTENCES = /^core\/(acl|audit|bench)\//;

const literals = literalsIn(root, 'core');
/** What the profiles and the library of scenarios call themselves and their parts. */
const resources = ['ecus', 'scenarios'].flatMap((folder) =>
  readdirSync(join(root, 'resources', folder))
    .filter((name) => name.endsWith('.json') && !name.endsWith('schema.json'))
    .flatMap((name) =>
      textsIn(JSON.parse(readFileSync(join(root, 'resources', folder, name), 'utf8')), folder),
    ),
);

/** A scenario has its own translations of its title and summary. */
function textsIn(value: unknown, folder: string, depth = 0): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const names = folder === 'ecus' ? ['name', 'summary'] : depth === 0 ? [] : ['title'];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (name === 'translations') return [];
    return names.includes(name) && typeof inner === 'string'
      ? [inner]
      : textsIn(inner, folder, depth + 1);
  });
}

const bare = (english: string): string => english.replace(PLACE, '{}');
const known = new Set(Object.keys(germanOfCore).map(bare));
const named = (text: string): string[] =>
  [...new Set([...text.matchAll(PLACE)].map((found) => found[1] ?? ''))].sort();

describe('the German for what the core says', () => {
  it('is there for every sentence', () => {
    const missing = literals.filter(
      ({ file, text, shown }) =>
        shown &&
        ROOMS.test(file) &&
        !ELSEWHERE.test(file) &&
        isSentence(text) &&
        !known.has(text) &&
        !UNSEEN.has(text) &&
        !(NEXT_STEP.test(text) && !WHOLE_SENTENCES.test(file)),
    );
    expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  it('is there for what vehicles, ECUs and the steps of scenarios are called', () => {
    expect(resources.length).toBeGreaterThan(200);
    const missing = resources.filter((text) => /[a-z] /.test(text) && !known.has(text));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('is there for no sentence that nobody says any more', () => {
    const said = new Set([...literals.map(({ text }) => text), ...resources]);
    const stale = Object.keys(germanOfCore).filter((english) => {
      return isSentence(bare(english)) && !said.has(bare(english));
    });
    expect(stale).toEqual([]);
  });

  it('names the values of the English, and no others', () => {
    const differing = Object.entries(germanOfCore).filter(
      ([english, german]) =>
        german.trim() === '' || String(named(english)) !== String(named(german)),
    );
    expect(differing).toEqual([]);
  });

  it('is found by the sentence it is for, and by no vaguer one', () => {
    const made = inOrder(
      Object.keys(germanOfCore)
        .filter((english) => english.includes('{{'))
        .map(templateOf),
    );
    const samples = {
      ...{ word: 'ab-1', code: 'A_B', text: 'xy xy', known: 'as known' },
      ...{ n: '7', bytes: '7', ms: '7', s: '7 s', mV: '7' },
      ...{ day: '2026-11-22', at: '2026-11-22T14:03:07.042Z', path: 'a.b', json: '"x"' },
    };
    const lost = made.filter((template) => {
      const { english, fixed, places } = template;
      const sentence = fixed.reduce(
        (text, piece, index) =>
          // What follows a place at once begins with a comma.
          text +
          (index > 1 && fixed[index - 1] === ''
            ? ', xy'
            : samples[places[index - 1]?.kind ?? 'word']) +
          piece,
      );
      const first = made.find((each) => {
        const values = valuesOf(each, sentence);
        const isKnown = ({ name }: { name: string }): boolean =>
          values?.get(name) === samples.known;
        return values !== null && each.places.filter(({ kind }) => kind === 'known').every(isKnown);
      });
      return first?.english !== english;
    });
    expect(lost.map(({ english }) => english)).toEqual([]);
  });
});
