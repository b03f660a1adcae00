import { AclError } from './errors.ts';
import { filterFault } from './filter.ts';

export type AclAccess = 'read' | 'write' | 'readwrite' | 'deny';

/** One `topic` or `pattern` line. */
export type AclLine = {
  /** Where it stands in the text, from 1. */
  readonly line: number;
  readonly access: AclAccess;
  readonly filter: string;
  readonly levels: readonly string[];
} & (
  | {
      readonly kind: 'topic';
      /** null: clients that gave no name, the lines before the first `user`. */
      readonly user: string | null;
    }
  | { readonly kind: 'pattern' }
);

export type AclRules = { readonly lines: readonly AclLine[] };

/**
 * Reads an access list in Mosquitto's grammar (mosquitto.conf(5), `acl_file`, 2.0).
 *
 * @throws AclError ACL_SYNTAX with line and column
 */
export function parseAcl(text: string): AclRules {
  const lines: AclLine[] = [];
  let user: string | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1;
    // Only column 1 begins a comment: `#` elsewhere is a wildcard.
    if (raw.startsWith('#')) continue;
    const words = cut(raw);
    switch (words.keyword) {
      case '':
        break;
      case 'user':
        user = userName(words, line);
        break;
      case 'topic':
        lines.push({ kind: 'topic', user, ...rule(words, line).rule });
        break;
      case 'pattern': {
        const { rule: parsed, column } = rule(words, line);
        assertWholePlaceholders(parsed.filter, { line, column });
        lines.push({ kind: 'pattern', ...parsed });
        break;
      }
      default:
        throw new AclError(
          `"${words.keyword}" begins no line of an access list`,
          { line, column: words.keywordColumn },
          words.keyword.startsWith('#')
            ? 'Put the # of a comment in the first column.'
            : 'Begin the line with user, topic, pattern or #.',
        );
    }
  }
  return { lines };
}

type Words = { keyword: string; keywordColumn: number; rest: string; restColumn: number };

function cut(raw: string): Words {
  const line = raw.trimEnd();
  const start = line.length - line.trimStart().length;
  const space = line.indexOf(' ', start);
  const end = space < 0 ? line.length : space;
  const rest = line.slice(end).trimStart();
  return {
    keyword: line.slice(start, end),
    keywordColumn: start + 1,
    rest,
    restColumn: line.length - rest.length + 1,
  };
}

function userName(words: Words, line: number): string {
  if (words.rest !== '') return words.rest;
  throw new AclError(
    'the user has no name',
    { line, column: words.restColumn },
    'Write the name after user.',
  );
}

type Placed = {
  rule: Pick<AclLine, 'line' | 'access' | 'filter' | 'levels'>;
  /** Of the filter. */
  column: number;
};

function rule(words: Words, line: number): Placed {
  const { rest, restColumn } = words;
  if (rest === '') {
    throw new AclError(
      `this ${words.keyword} line names no topic`,
      { line, column: restColumn },
      'Write the topic after the access word.',
    );
  }
  const space = rest.indexOf(' ');
  if (space < 0) return filterOf(rest, restColumn, 'readwrite', line);
  const access = rest.slice(0, space);
  if (!isAccess(access)) {
    throw new AclError(
      `"${access}" is no access word`,
      { line, column: restColumn },
      'Use read, write, readwrite or deny, or no word for readwrite.',
    );
  }
  const filter = rest.slice(space).trimStart();
  return filterOf(filter, restColumn + rest.length - filter.length, access, line);
}

function filterOf(filter: string, column: number, access: AclAccess, line: number): Placed {
  const fault = filterFault(filter);
  if (fault) {
    throw new AclError(
      fault.reason,
      { line, column: column + fault.at },
      'Write a topic filter such as vehicle/updates/+/status.',
    );
  }
  return { rule: { line, access, filter, levels: filter.split('/') }, column };
}

function isAccess(word: string): word is AclAccess {
  return word === 'read' || word === 'write' || word === 'readwrite' || word === 'deny';
}

/** A name put into part of a level could reach topics its writer did not mean. */
function assertWholePlaceholders(filter: string, place: { line: number; column: number }): void {
  let at = 0;
  for (const level of filter.split('/')) {
    const found = level.search(/%[uc]/);
    if (found >= 0 && level.length !== 2) {
      throw new AclError(
        `${level.slice(found, found + 2)} must be a whole level`,
        { line: place.line, column: place.column + at + found },
        'Put a / on both sides of it.',
      );
    }
    at += level.length + 1;
  }
}
