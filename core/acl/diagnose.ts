import type { AclDiagnostic } from '#core/contract';
import { hasWildcard } from './decide.ts';
import { covers } from './filter.ts';
import type { AclAccess, AclLine } from './rules.ts';
import { scanAcl, type ScannedLine } from './scan.ts';

/** A megabyte of anything has as many faults as lines; nobody reads more than these. */
const DIAGNOSTICS_LIMIT = 500;
/** Each line is held against the earlier ones of its user. */
const COMPARED_LINES_LIMIT = 500;

type RuleLine = Extract<ScannedLine, { kind: 'rule' }>;

/** All that is wrong with a list, and what its author probably did not mean, in line order. */
export function diagnoseAcl(text: string): AclDiagnostic[] {
  const scanned = scanAcl(text);
  const found: AclDiagnostic[] = [];
  for (const line of scanned) {
    if (line.kind === 'fault') {
      const { reason, ...rest } = line.fault;
      found.push({ ...rest, severity: 'error', message: reason });
    }
    if (line.kind === 'rule') found.push(...warningsOf(line));
    if (line.kind === 'user') found.push(...userWarnings(line));
    if (found.length >= DIAGNOSTICS_LIMIT) break;
  }
  found.push(...unusedUsers(scanned), ...shadowed(scanned));
  return found.sort((a, b) => a.line - b.line || a.column - b.column).slice(0, DIAGNOSTICS_LIMIT);
}

function warning(
  place: { number: number },
  column: number,
  length: number,
  code: string,
  message: string,
  next: string,
): AclDiagnostic {
  const at = { line: place.number, column, length: Math.max(1, length) };
  return { ...at, severity: 'warning', code, message, next };
}

/** `{VIN}`, as documents write it: Mosquitto knows no such placeholder. */
export const BRACES = /\{[^{}/]*\}/;

function* warningsOf(line: RuleLine): Generator<AclDiagnostic> {
  const { rule, column } = line;
  const { filter } = rule;
  const braces = BRACES.exec(filter);
  if (braces) {
    const message = `${braces[0]} is taken literally: it only matches a topic that is spelt so`;
    const next = 'Use a pattern line with %u, or write the VIN itself.';
    yield warning(line, column + braces.index, braces[0].length, 'LITERAL_BRACES', message, next);
  }
  const placeholder = /%[uc]/.exec(filter);
  if (rule.kind === 'topic' && placeholder) {
    const message = `${placeholder[0]} is only filled in on pattern lines, here it is taken literally`;
    const at = column + placeholder.index;
    yield warning(line, at, 2, 'PLACEHOLDER_IN_TOPIC', message, 'Make it a pattern line.');
  }
  if (rule.kind === 'pattern' && !placeholder) {
    const message = 'this pattern holds neither %u nor %c, so it means the same for every client';
    const next = 'Put %u in place of the name, or make it a topic line of one user.';
    yield warning(line, column, filter.length, 'PATTERN_WITHOUT_PLACEHOLDER', message, next);
  }
  const unbound = rule.kind === 'pattern' ? !placeholder : rule.user === null;
  const wide = filter.includes('#') || (unbound && filter.includes('+'));
  if (wide && (rule.access === 'write' || rule.access === 'readwrite')) {
    const who = rule.kind === 'pattern' ? 'every client' : (rule.user ?? 'every nameless client');
    const message = `${who} may write everything that ${filter} matches`;
    const next = 'Name the topics it must write, one line each.';
    yield warning(line, column, filter.length, 'WILDCARD_WRITE', message, next);
  }
  if (rule.kind === 'topic' && rule.user === null) {
    const message =
      'lines before the first user are for clients without a name, which the bench does not serve';
    const next = 'Put the line behind a user, or make it a pattern.';
    yield warning(line, column, filter.length, 'ANONYMOUS_LINE', message, next);
  }
  if (!line.accessWritten && /^(?:read|write|readwrite|deny)$/.test(filter)) {
    const message = `no topic follows, so "${filter}" itself is the topic, for reading and writing`;
    const next = 'Write the topic after it.';
    yield warning(line, column, filter.length, 'ACCESS_WORD_AS_TOPIC', message, next);
  }
  const control = filter.search(/[^\P{Cc}]/u);
  if (control >= 0) {
    const message = 'the topic holds a tab or another control character, so no client can use it';
    const next = 'Separate the words with spaces.';
    yield warning(line, column + control, 1, 'CONTROL_CHARACTER', message, next);
  }
}

function* userWarnings(line: Extract<ScannedLine, { kind: 'user' }>): Generator<AclDiagnostic> {
  if (!hasWildcard(line.user)) return;
  const message = 'a client whose name holds + or # is not served';
  const next = 'Give the client another name.';
  yield warning(line, line.column, line.user.length, 'USER_WITH_WILDCARD', message, next);
}

function* unusedUsers(scanned: readonly ScannedLine[]): Generator<AclDiagnostic> {
  const used = new Set<string | null>(
    scanned.flatMap((line) =>
      line.kind === 'rule' && line.rule.kind === 'topic' ? line.rule.user : [],
    ),
  );
  let current: string | null = null;
  for (const line of scanned) {
    if (line.kind === 'user') current = line.user;
    // A line that cannot be read was meant for somebody.
    if (line.kind === 'fault') used.add(current);
  }
  for (const line of scanned) {
    if (line.kind !== 'user' || used.has(line.user)) continue;
    // Told once for each name.
    used.add(line.user);
    const message = `no topic line follows for ${line.user.slice(0, 80)}`;
    const next = 'Add its topics, or remove the line.';
    yield warning(line, line.column, line.user.length, 'UNUSED_USER', message, next);
  }
}

/** Lines that never decide anything, because an earlier one or a deny always speaks first. */
function* shadowed(scanned: readonly ScannedLine[]): Generator<AclDiagnostic> {
  const groups = new Map<string | null | 0, RuleLine[]>();
  for (const line of scanned) {
    if (line.kind !== 'rule') continue;
    const key = line.rule.kind === 'pattern' ? 0 : line.rule.user;
    const group = groups.get(key) ?? [];
    group.push(line);
    groups.set(key, group);
  }
  for (const group of groups.values()) {
    const compared = group.slice(0, COMPARED_LINES_LIMIT);
    for (const [index, line] of compared.entries()) {
      const by = compared.find(
        (other, at) => other !== line && shadows(other.rule, at < index, line.rule),
      );
      if (!by) continue;
      const message = `line ${String(by.number)} always decides before this one`;
      const { filter } = line.rule;
      yield warning(
        line,
        line.column,
        filter.length,
        'SHADOWED_LINE',
        message,
        'Remove one of the two.',
      );
    }
  }
}

function shadows(other: AclLine, earlier: boolean, line: AclLine): boolean {
  if (!covers(other.levels, line.levels)) return false;
  if (other.access === 'deny') return line.access !== 'deny' || earlier;
  return earlier && gives(other.access, line.access);
}

function gives(all: AclAccess, part: AclAccess): boolean {
  return part !== 'deny' && (all === 'readwrite' || all === part);
}
