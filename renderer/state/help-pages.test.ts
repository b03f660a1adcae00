import { describe, expect, it } from 'vitest';
import { languages } from '../i18n/resources.ts';
import { ruleOf, ruleText } from './code-rules.ts';
import { addressOf, allCodes, helpPages, protocolText } from './help-pages.ts';
import { searchHelp, type Found } from './help-search.ts';
import { slugOf } from './slug.ts';

const anchorsOf = (text: string): Set<string> =>
  new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugOf(heading ?? '')));

describe('the pages of the help', () => {
  it('are the same in both languages', () => {
    const [en, de] = languages.map((language) =>
      helpPages(language)
        .map(({ id }) => id)
        .sort(),
    );
    expect(de).toEqual(en);
  });

  it.each(languages)('link in %s to pages and headings that there are', (language) => {
    const pages = new Map(helpPages(language).map((page) => [page.id, page]));
    const codes = new Set(allCodes());
    const known = new Set(pages.keys());
    const broken = [...pages.values()].flatMap(({ id, kind, text }) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, href]) => href ?? '')
        .filter((href) => kind === 'guide' || href.startsWith('#'))
        .filter((href) => {
          const [page = '', anchor] =
            addressOf(href, id, known)?.slice('#/help/'.length).split('.') ?? [];
          const target = pages.get(page);
          return (
            target === undefined || (anchor !== undefined && !anchorsOf(target.text).has(anchor))
          );
        })
        .map((href) => `${id}: ${href}`),
    );
    expect(broken).toEqual([]);
    const named = [...pages.values()]
      .filter(({ kind }) => kind === 'guide')
      .flatMap(({ text }) =>
        [...text.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code]) => code ?? ''),
      );
    expect(named.filter((code) => !codes.has(code))).toEqual([]);
  });
});

describe('the search of the help', () => {
  const search = (wanted: string): Found[] => searchHelp('de', wanted);

  it('finds a code by its name, by a part of it and by what it means', () => {
    expect(search('SUPPLY_LOW')[0]?.place).toBe('SUPPLY_LOW');
    expect(search('hash mism').map(({ place }) => place)).toContain('HASH_MISMATCH');
    expect(search('bordspannung niedrig')[0]?.place).toBe('SUPPLY_LOW');
  });

  it('finds German with and without umlauts, and English where there is only that', () => {
    expect(search('zertifikate schlussel').map(({ place }) => place)).toContain('certificates');
    expect(search('journalled before')[0]?.of).toBe('The protocol');
  });
});

describe('what a person may paste into the search', () => {
  it.each(['.*', '([', '\\', '^$+?{1,', '🚗', '"', '\u202e', ' ', '__proto__'])(
    'is text: %s neither fails nor is a pattern',
    (wanted) => {
      expect(searchHelp('en', wanted).length).toBeLessThan(21);
    },
  );

  it('is read as far as it is a question', () => {
    const long = `voltage ${' '.repeat(200)}${'zzzzz '.repeat(1_700)}`;
    expect(searchHelp('en', long)).toEqual(searchHelp('en', 'voltage'));
    expect(searchHelp('en', long).length).toBeGreaterThan(0);
  });
});

describe('where a code stands in the protocol', () => {
  it('is its section and its numbered rules', () => {
    expect(ruleOf('SUPPLY_LOW', protocolText())).toEqual({
      section: 'Gatekeeper and DCU',
      rules: ['D3'],
    });
    expect(ruleText('P3', protocolText())).toMatch(/^A payload whose `vin` differs/);
    expect(ruleOf('CERT_MISSING', protocolText())).toBeNull();
  });
});
