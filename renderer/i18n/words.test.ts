import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languages, resources, type Language } from './resources.ts';

const renderer = join(import.meta.dirname, '..');

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
const withoutPlural = (key: string): string => key.replace(/_(one|other)$/, '');
const variables = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)].map((found) => found[1] ?? '').sort();

function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\./.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

/** The same in both languages for a reason: names, units, words of the field. */
const SAME = /^[^A-Za-z]*$|^(.{0,3}|\{\{.*\}\}.{0,3})$/;

describe('the texts of the window', () => {
  it('are there in both languages', () => {
    expect([...texts.de.keys()].sort()).toEqual([...texts.en.keys()].sort());
  });

  it.each(languages)('have words in %s', (language) => {
    const empty = [...texts[language]].filter(([, text]) => text.trim() === '');
    expect(empty).toEqual([]);
  });

  it('name the same values in both languages', () => {
    const differing = [...texts.en].filter(
      ([key, text]) => String(variables(text)) !== String(variables(texts.de.get(key) ?? '')),
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
    const long = [...texts.en].filter(
      ([key, text]) => texts.de.get(key) === text && !SAME.test(text) && text.split(' ').length > 3,
    );
    expect(long).toEqual([]);
  });

  it('are all used', () => {
    const code = sources(renderer);
    // `ui:stage.${stage}` uses everything below `ui:stage.`
    const built = [...code.matchAll(/`([a-z]+:[\w.]*)\$\{/g)].map((found) => found[1] ?? '');
    const unused = [...texts.en.keys()].map(withoutPlural).filter((key) => {
      return (
        !code.includes(`'${key}'`) &&
        !code.includes(`\`${key}\``) &&
        !built.some((start) => key.startsWith(start))
      );
    });
    expect(unused).toEqual([]);
  });
});
