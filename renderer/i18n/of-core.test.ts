import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inOrder, PLACE, templateOf, valuesOf } from '../ui/told/recognise.ts';
import { germanOfCore } from './of-core.ts';
import { isSentence, literalsIn } from './of-core.testing.ts';

const root = join(import.meta.dirname, '../..');

/** Rooms whose sentences reach the window. */
const ROOMS = ['dcu', 'gatekeeper', 'backend', 'timeline', 'bench/guided'];

/** What is said to programs, to the log, or as a next step, for which a code has its own words. */
const ELSEWHERE = [/\/next\.ts$/, /^core\/dcu\/errors\.ts$/, /^core\/backend\/api\//];
const UNSEEN = new Set([
  'See the backend link on Bench, mend it and publish again.',
  'Look the code up in docs/PROTOCOL.md.',
  'ota-bench journal 1',
  'OTA Bench vehicle profile, format 1',
]);

const literals = literalsIn(root, 'core');
const bare = (english: string): string => english.replace(PLACE, '{}');
const known = new Set(Object.keys(germanOfCore).map(bare));
const named = (text: string): string[] =>
  [...new Set([...text.matchAll(PLACE)].map((found) => found[1] ?? ''))].sort();

describe('the German for what the core says', () => {
  it('is there for every sentence', () => {
    const missing = literals.filter(
      ({ file, text, shown }) =>
        shown &&
        ROOMS.some((room) => file.startsWith(`core/${room}/`)) &&
        !ELSEWHERE.some((place) => place.test(file)) &&
        isSentence(text) &&
        !known.has(text) &&
        !UNSEEN.has(text),
    );
    expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  it('is there for no sentence that nobody says any more', () => {
    const said = new Set(literals.map(({ text }) => text));
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
      ...{ word: 'ab-1', code: 'A_B', text: 'xy xy', known: 'xy xy' },
      ...{ n: '7', bytes: '7', ms: '7', s: '7 s', mV: '7' },
    };
    const lost = made.filter((template) => {
      const { english, fixed, places } = template;
      const sentence = fixed.reduce(
        (text, piece, index) => text + samples[places[index - 1]?.kind ?? 'word'] + piece,
      );
      return made.find((each) => valuesOf(each, sentence) !== null)?.english !== english;
    });
    expect(lost.map(({ english }) => english)).toEqual([]);
  });
});
