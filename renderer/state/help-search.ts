import MiniSearch from 'minisearch';
import type { Language } from '../i18n/resources.ts';
import { allCodes, codeWords, helpPages } from './help-pages.ts';
import { slugOf } from './slug.ts';

export type Found = {
  /** What stands behind `#/help/`. */
  readonly place: string;
  readonly title: string;
  /** The page it is a part of, where the title does not say so. */
  readonly of: string | null;
  readonly start: string;
};

type Entry = Found & { readonly id: number; readonly text: string; readonly code: string };

/** Words are searched one by one, each for what is like it: a pasted log would take seconds. */
const WANTED_CHARS = 200;
/** Enough to choose from; whoever needs more types more. */
const LIMIT = 20;
const START_CHARS = 140;

type Index = {
  readonly entries: readonly Entry[];
  readonly words: MiniSearch<Entry>;
  /** Entries that are in it so far. */
  filled: number;
};

const indexes = new Map<Language, Index>();

/** Searches pages and codes in one language, and the long documents, which are in English. */
export function searchHelp(language: Language, wanted: string): Found[] {
  const index = indexOf(language);
  while (index.filled < index.entries.length) fill(index);
  return index.words
    .search(wanted.slice(0, WANTED_CHARS))
    .slice(0, LIMIT)
    .flatMap(({ id }) => index.entries.slice(Number(id), Number(id) + 1));
}

/**
 * Makes ready for the first search while nobody does anything: all at once it would hold the
 * window for a tenth of a second. Returns the stop; what was not done then is done by the search.
 */
export function prepareHelpSearch(language: Language): () => void {
  const go = (deadline: IdleDeadline): void => {
    const index = indexOf(language);
    while (index.filled < index.entries.length && deadline.timeRemaining() > STEP_MS) fill(index);
    if (index.filled < index.entries.length) idle = requestIdleCallback(go);
  };
  let idle = requestIdleCallback(go);
  return () => {
    cancelIdleCallback(idle);
  };
}

/** A few entries take about as long. */
const STEP_MS = 4;
const STEP_ENTRIES = 4;

function fill(index: Index): void {
  index.words.addAll(index.entries.slice(index.filled, index.filled + STEP_ENTRIES));
  index.filled += STEP_ENTRIES;
}

function indexOf(language: Language): Index {
  const known = indexes.get(language);
  if (known !== undefined) return known;
  const entries = [...sections(language), ...codes(language)].map((entry, id) => ({
    ...entry,
    id,
  }));
  const words = new MiniSearch<Entry>({
    fields: ['code', 'title', 'text'],
    // ß, umlauts and accents are typed in many ways.
    processTerm: (term) => folded(term),
    searchOptions: {
      boost: { code: 8, title: 4 },
      prefix: true,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      combineWith: 'AND',
    },
  });
  const index: Index = { entries, words, filled: 0 };
  indexes.set(language, index);
  return index;
}

function* sections(language: Language): Generator<Omit<Entry, 'id'>> {
  for (const page of helpPages(language)) {
    for (const part of page.text.split(/^(?=#{1,3} )/m)) {
      const heading = /^#+ (.+)$/m.exec(part)?.[1] ?? page.title;
      const text = plain(part.replace(/^#+ .+$/m, ''));
      const whole = heading === page.title;
      yield {
        place: whole ? page.id : `${page.id}.${slugOf(heading)}`,
        title: plain(heading),
        of: whole ? null : page.title,
        start: text.slice(0, START_CHARS),
        text,
        code: '',
      };
    }
  }
}

function* codes(language: Language): Generator<Omit<Entry, 'id'>> {
  for (const code of allCodes()) {
    const words = codeWords(code, language);
    if (words === null) continue;
    yield {
      place: code,
      title: words.title,
      of: code,
      start: words.why.slice(0, START_CHARS),
      text: `${words.why} ${words.next}`,
      // Also found by a part of its name.
      code: `${code} ${code.replaceAll('_', ' ')}`,
    };
  }
}

const folded = (term: string): string =>
  term.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');

/** Markdown's marks and tables' lines say nothing to a reader of a search result. */
const plain = (markdown: string): string =>
  markdown
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/[*_`[\]|#>]|-{3,}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
