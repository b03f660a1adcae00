import type { AclAccess, AclLine } from './rules.ts';
import { filterFault } from './filter.ts';

/** A line that Mosquitto, or we, would refuse. Lines and columns count from 1. */
export type AclFault = {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly code: AclFaultCode;
  readonly reason: string;
  readonly next: string;
};

export type AclFaultCode =
  | 'BYTE_ORDER_MARK'
  | 'NUL_CHARACTER'
  | 'COMMENT_NOT_FIRST_COLUMN'
  | 'KEYWORD_UNKNOWN'
  | 'TAB_AFTER_KEYWORD'
  | 'USER_MISSING'
  | 'TOPIC_MISSING'
  | 'ACCESS_UNKNOWN'
  | 'FILTER_INVALID'
  | 'PLACEHOLDER_PARTIAL';

/** One line of the text as it was understood. */
export type ScannedLine = { readonly number: number; readonly text: string } & (
  | { readonly kind: 'blank' | 'comment' }
  | { readonly kind: 'user'; readonly user: string; readonly column: number }
  | {
      readonly kind: 'rule';
      readonly rule: AclLine;
      /** Of the filter, from 1. */
      readonly column: number;
      /** False: no access word, which means readwrite. */
      readonly accessWritten: boolean;
    }
  | { readonly kind: 'fault'; readonly fault: AclFault }
);

/**
 * Reads an access list line by line in Mosquitto's grammar (mosquitto.conf(5), `acl_file`, and
 * what 2.0.11 really does), and goes on after a line that is wrong.
 *
 * We refuse two things which 2.0.11 takes: a NUL, behind which it reads nothing, and `%u` or
 * `%c` as part of a level, which it fills in although its manual forbids it and 2.1 does not.
 */
export function scanAcl(text: string): ScannedLine[] {
  const scanned: ScannedLine[] = [];
  let user: string | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = scanLine(raw, index + 1, user);
    if (line.kind === 'user') user = line.user;
    scanned.push(line);
  }
  return scanned;
}

function scanLine(raw: string, number: number, user: string | null): ScannedLine {
  const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const fault = (
    code: AclFaultCode,
    at: number,
    length: number,
    reason: string,
    next: string,
  ): ScannedLine => ({
    kind: 'fault',
    number,
    text,
    fault: { line: number, column: at + 1, length: Math.max(1, length), code, reason, next },
  });
  if (number === 1 && raw.startsWith('\uFEFF')) {
    const reason = 'a byte order mark stands before the first word, and Mosquitto takes it as text';
    return fault('BYTE_ORDER_MARK', 0, 1, reason, 'Save the file as UTF-8 without BOM.');
  }
  // Only column 1 begins a comment: `#` elsewhere is a wildcard.
  if (raw.startsWith('#')) return { kind: 'comment', number, text };
  const nul = raw.indexOf('\0');
  if (nul >= 0) {
    const reason = 'the line holds a NUL, and Mosquitto reads nothing behind it';
    return fault('NUL_CHARACTER', nul, 1, reason, 'Remove it; is this a text file?');
  }
  const end = trimmedEnd(raw);
  const start = afterSpaces(raw, 0, end);
  if (start === end) return { kind: 'blank', number, text };
  const wordEnd = wordEndOf(raw, start, end);
  const keyword = raw.slice(start, wordEnd);
  const rest = afterSpaces(raw, wordEnd, end);

  if (keyword === 'user') {
    const from = afterBlanks(raw, rest, end);
    if (from < end)
      return { kind: 'user', number, text, user: raw.slice(from, end), column: from + 1 };
    return fault('USER_MISSING', end, 1, 'the user has no name', 'Write the name after user.');
  }
  if (keyword !== 'topic' && keyword !== 'pattern') {
    return fault(...keywordFault(keyword, start));
  }
  if (rest === end) {
    const reason = `this ${keyword} line names no topic`;
    return fault('TOPIC_MISSING', end, 1, reason, 'Write the topic after the access word.');
  }
  const accessEnd = wordEndOf(raw, rest, end);
  const word = raw.slice(rest, accessEnd);
  const accessWritten = accessEnd < end;
  if (accessWritten && !isAccess(word)) {
    const reason = `"${shown(word)}" is no access word`;
    const next = 'Use read, write, readwrite or deny, or no word for readwrite.';
    return fault('ACCESS_UNKNOWN', rest, word.length, reason, next);
  }
  const from = accessWritten ? afterBlanks(raw, accessEnd, end) : rest;
  const filter = raw.slice(from, end);
  const wrong = filterFault(filter);
  if (wrong) {
    const remark = / #/.exec(filter);
    return remark
      ? fault(
          'COMMENT_NOT_FIRST_COLUMN',
          from + remark.index + 1,
          filter.length - remark.index - 1,
          'a # behind a topic begins no comment: it is read as part of the topic',
          'Put the comment on a line of its own, with the # in the first column.',
        )
      : fault(
          'FILTER_INVALID',
          from + wrong.at,
          1,
          wrong.reason,
          'Write a topic filter such as vehicle/updates/+/status.',
        );
  }
  const access: AclAccess = accessWritten && isAccess(word) ? word : 'readwrite';
  const shared = { line: number, access, filter, levels: filter.split('/') };
  if (keyword === 'topic') {
    const rule: AclLine = { kind: 'topic', user, ...shared };
    return { kind: 'rule', number, text, rule, column: from + 1, accessWritten };
  }
  const partial = partialPlaceholder(shared.levels);
  if (partial) {
    const reason = `${partial.word} must be a whole level`;
    return fault(
      'PLACEHOLDER_PARTIAL',
      from + partial.at,
      2,
      reason,
      'Put a / on both sides of it.',
    );
  }
  const rule: AclLine = { kind: 'pattern', ...shared };
  return { kind: 'rule', number, text, rule, column: from + 1, accessWritten };
}

function keywordFault(keyword: string, at: number): [AclFaultCode, number, number, string, string] {
  if (keyword.startsWith('#')) {
    const reason = `"${shown(keyword)}": a comment begins in the first column only`;
    const next = 'Put the # of a comment in the first column.';
    return ['COMMENT_NOT_FIRST_COLUMN', at, keyword.length, reason, next];
  }
  const tab = /^\t*(?:user|topic|pattern)?\t/.exec(keyword);
  if (tab) {
    const reason = 'a tab stands where only spaces separate words';
    return ['TAB_AFTER_KEYWORD', at, tab[0].length, reason, 'Use spaces in place of the tab.'];
  }
  const reason = `"${shown(keyword)}" begins no line of an access list`;
  const next = 'Begin the line with user, topic, pattern or #.';
  return ['KEYWORD_UNKNOWN', at, keyword.length, reason, next];
}

/** What C's `isspace` calls white: narrower than JavaScript's, which takes U+00A0 too. */
function isBlank(character: string | undefined): boolean {
  return character !== undefined && ' \t\n\v\f\r'.includes(character);
}

function trimmedEnd(raw: string): number {
  let end = raw.length;
  while (end > 0 && isBlank(raw[end - 1])) end -= 1;
  return end;
}

function afterBlanks(raw: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(raw[at])) at += 1;
  return at;
}

/** Words are separated by spaces, never by tabs. */
function afterSpaces(raw: string, from: number, end: number): number {
  let at = from;
  while (at < end && raw[at] === ' ') at += 1;
  return at;
}

function wordEndOf(raw: string, from: number, end: number): number {
  const space = raw.indexOf(' ', from);
  return space < 0 || space > end ? end : space;
}

function isAccess(word: string): word is AclAccess {
  return word === 'read' || word === 'write' || word === 'readwrite' || word === 'deny';
}

/** A name put into part of a level could reach topics its writer did not mean. */
function partialPlaceholder(levels: readonly string[]): { word: string; at: number } | null {
  let at = 0;
  for (const level of levels) {
    const found = level.search(/%[uc]/);
    if (found >= 0 && level.length !== 2) {
      return { word: level.slice(found, found + 2), at: at + found };
    }
    at += level.length + 1;
  }
  return null;
}

/** Enough of a word to know it by; a line can be a megabyte of anything. */
function shown(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}
