import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callsIn, sourcesOf, type Call } from './calls.testing.ts';
import { germanOfCore } from './of-core.ts';
import { languages, resources, type Language } from './resources.ts';

const sources = sourcesOf(join(import.meta.dirname, '..'));

/** `namespace:path.to.text` → text. */
function flat(language: Language): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (tree: object, at: string, joint: string): void => {
    for (const [name, value] of Object.entries(tree)) {
      const key = at + joint + name;
      if (typeof value === 'string') texts.set(key, value);
      else walk(value as object, key, '.');
    }
  };
  for (const [namespace, tree] of Object.entries(resources[language])) walk(tree, namespace, ':');
  return texts;
}

const texts = { en: flat('en'), de: flat('de') };
const PLURAL = /_(one|other)$/;
const withoutPlural = (key: string): string => key.replace(PLURAL, '');
const VARIABLE = /\{\{\s*([^}\s]+)\s*\}\}/g;
/** A place that `<Rich>` fills. */
const SLOT = /<([a-zA-Z]+)\/>/g;

function named(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((found) => found[1] ?? ''))].sort();
}

/** A plural's one may say “a file” and leave the number out. */
function placesOf(key: string, text: string): string {
  const variables = named(text, VARIABLE).filter((name) => name !== 'count' || !PLURAL.test(key));
  return [...variables, ...named(text, SLOT)].join(' ');
}

/** The texts that a call may ask for. */
function askedBy({ keys }: Call): string[] {
  return [...texts.en.keys()].filter((key) => {
    const plain = withoutPlural(key);
    return keys.some(({ start, end }) =>
      end === null
        ? plain === start
        : plain.startsWith(start) &&
          plain.endsWith(end) &&
          // What is put in is one name, not a path.
          !plain.slice(start.length, plain.length - end.length).includes('.'),
    );
  });
}

describe('the texts of the window', () => {
  it('are there in both languages', () => {
    expect([...texts.de.keys()].sort()).toEqual([...texts.en.keys()].sort());
  });

  it.each(languages)('have words in %s', (language) => {
    const empty = [...texts[language]].filter(([, text]) => text.trim() === '');
    expect(empty).toEqual([]);
  });

  it('name the same values and places in both languages', () => {
    const differing = [...texts.en].filter(
      ([key, text]) => placesOf(key, text) !== placesOf(key, texts.de.get(key) ?? ''),
    );
    expect(differing).toEqual([]);
  });

  it('have both plural forms where they have one', () => {
    const lonely = [...texts.en.keys()].filter((key) => {
      const base = withoutPlural(key);
      return key !== base && !(texts.en.has(`${base}_one`) && texts.en.has(`${base}_other`));
    });
    expect(lonely).toEqual([]);
  });

  it('say in German something else than in English, unless it is a name', () => {
    const long = [...texts.en].filter(([key, text]) => {
      const words =
        text
          .replace(VARIABLE, '')
          .replace(SLOT, '')
          .match(/\p{Ll}{2,}/gu) ?? [];
      return texts.de.get(key) === text && words.length > 2;
    });
    expect(long).toEqual([]);
  });

  it('speak of the same thing with one voice in German', () => {
    // Sie-Form, and words that were decided once (see CONTRIBUTING.md).
    const german = [...texts.de, ...Object.entries(germanOfCore)];
    const odd = german.filter(([, text]) =>
      /\b([Dd]u|[Dd]ein\w*|ECUs?|(Firmware-)?Images?|Releases?)\b/.test(text),
    );
    expect(odd).toEqual([]);
  });

  it('are all used', () => {
    const code = sources.map(({ text }) => text).join('\n');
    // `ui:stage.${stage}` uses everything below `ui:stage.`
    const built = [...code.matchAll(/`([a-z]+:[\w.-]*)\$\{/g)].map((found) => found[1] ?? '');
    const unused = [...texts.en.keys()].map(withoutPlural).filter((key) => {
      return (
        !code.includes(`'${key}'`) &&
        !code.includes(`\`${key}\``) &&
        !built.some((start) => key.startsWith(start))
      );
    });
    expect(unused).toEqual([]);
  });

  it('are given every value that they name, and no other', () => {
    const wrong = sources.flatMap(callsIn).flatMap((call) => {
      const asked = askedBy(call);
      if (call.values === null || asked.length === 0) return [];
      const wanted = asked.flatMap((key) => [
        ...named(texts.en.get(key) ?? '', VARIABLE),
        ...(PLURAL.test(key) ? ['count'] : []),
      ]);
      const { values } = call;
      const missing = wanted.filter((name) => !values.includes(name));
      const extra = values.filter((name) => !wanted.includes(name));
      if (missing.length + extra.length === 0) return [];
      return [
        `${call.file}:${String(call.line)} missing ${missing.join()}, unused ${extra.join()}`,
      ];
    });
    expect(wrong).toEqual([]);
  });
});
