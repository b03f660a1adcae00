import { resources, type Language } from '../i18n/resources.ts';

/** A page of the help. Codes have pages as well; those are made of resources/help/*\/codes.json. */
export type HelpPage = {
  /** As it stands in the address: `first-steps`, `protocol`. */
  readonly id: string;
  readonly kind: 'guide' | 'reference';
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly language: Language;
};

/** The order in which a newcomer reads them; what is not named here follows. */
const ORDER = [
  'first-steps',
  'guided-update',
  'when-it-goes-wrong',
  'rollback',
  'reports',
  'traffic',
  'outside-broker',
  'certificates',
  'keyboard',
  'glossary',
];

const guides = import.meta.glob<string>('../../resources/help/*/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const references = import.meta.glob<string>('../../docs/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const read = new Map<Language, readonly HelpPage[]>();

/** Pages for technicians in one language, then the long documents, which are in English. */
export function helpPages(language: Language): readonly HelpPage[] {
  const pages = read.get(language) ?? readPages(language);
  read.set(language, pages);
  return pages;
}

function readPages(language: Language): readonly HelpPage[] {
  const written = Object.entries(guides)
    .filter(([path]) => path.includes(`/help/${language}/`))
    .map(([path, text]) => pageOf(path, text, 'guide', language))
    .sort((a, b) => placeIn(a.id) - placeIn(b.id));
  const long = Object.entries(references)
    .map(([path, text]) => pageOf(path, text, 'reference', 'en'))
    .sort((a, b) => a.title.localeCompare(b.title));
  return [...written, ...long];
}

export type CodeWords = { readonly title: string; readonly why: string; readonly next: string };

/** What a code means, in a language; null for what is no code of ours. */
export function codeWords(code: string, language: Language): CodeWords | null {
  const words: Readonly<Record<string, CodeWords>> = resources[language].codes;
  return Object.hasOwn(words, code) ? (words[code] ?? null) : null;
}

export function allCodes(): string[] {
  return Object.keys(resources.en.codes);
}

export function protocolText(): string {
  return references['../../docs/PROTOCOL.md'] ?? '';
}

/** `../docs/PROTOCOL.md#bundles`, `rollback.md`, `#bundles` → an address here; null: no page of ours. */
export function addressOf(href: string, from: string, known: ReadonlySet<string>): string | null {
  const [file = '', anchor] = href.split('#');
  const name = file === '' ? from : idOf(file);
  if (/^[a-z]+:/i.test(href) || !known.has(name)) return null;
  return `#/help/${name}${anchor === undefined || anchor === '' ? '' : `.${anchor}`}`;
}

function pageOf(path: string, text: string, kind: HelpPage['kind'], language: Language): HelpPage {
  const title = /^# (.+)$/m.exec(text)?.[1] ?? idOf(path);
  return { id: idOf(path), kind, title, text, language };
}

const idOf = (path: string): string =>
  (path.split('/').at(-1) ?? path).replace(/\.md$/, '').toLowerCase();

const placeIn = (id: string): number => {
  const at = ORDER.indexOf(id);
  return at < 0 ? ORDER.length : at;
};
