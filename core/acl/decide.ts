import { unreachable } from '#core/ports';
import { covers, filterMatches, matches } from './filter.ts';
import type { AclAccess, AclLine, AclRules } from './rules.ts';

export type AclQuestion = {
  /** null: the client gave no name. */
  readonly user: string | null;
  readonly clientId: string;
  /**
   * `write` and `read` ask about one topic name. `subscribe` asks about a topic filter, and is
   * allowed only where one line lets everything be read that it can match. A `deny` inside it
   * does not refuse it: ask `read` again for each message before it is delivered.
   */
  readonly access: 'read' | 'write' | 'subscribe';
  readonly topic: string;
};

export type AclDecision = {
  readonly allowed: boolean;
  /** The line that decided, or null when no line speaks of it, which refuses. */
  readonly line: number | null;
};

/**
 * Decides as Mosquitto 2.0 does: the user's own `topic` lines, then the `pattern` lines; in
 * each of the two, `deny` before the rest. `subscribe` is ours: Mosquitto grants every
 * SUBSCRIBE and then does not deliver.
 */
export function decide(rules: AclRules, question: AclQuestion): AclDecision {
  if (forbiddenDollar(question)) return REFUSED;
  const topic = question.topic.split('/');
  const { own, patterns } = indexOf(rules);
  const byTopic = firstOf(own.get(question.user) ?? [], question, topic);
  if (byTopic) return byTopic;
  // A wildcard in a name would turn `%u` into everybody.
  if (hasWildcard(question.user ?? '') || hasWildcard(question.clientId)) return REFUSED;
  return firstOf(patterns, question, topic) ?? REFUSED;
}

const REFUSED: AclDecision = { allowed: false, line: null };

/** Would this name, put in place of `%u` or `%c`, be a wildcard? */
export function hasWildcard(name: string): boolean {
  return name.includes('+') || name.includes('#');
}

/** Does the access word of a line speak for this question? */
export function grants(access: AclAccess, wanted: AclQuestion['access']): boolean {
  switch (access) {
    case 'readwrite':
      return true;
    case 'read':
      return wanted !== 'write';
    case 'write':
      return wanted === 'write';
    case 'deny':
      return false;
    default:
      return unreachable(access);
  }
}

/** Where a bridge tells whether it is up: the one broker topic that Mosquitto lets be written. */
const BRIDGE_STATE = '$SYS/broker/connection/+/state';

/** Broker topics are not written by clients; `$share/…` is a way to subscribe, not a topic. */
function forbiddenDollar({ access, topic }: AclQuestion): boolean {
  if (topic.startsWith('$SYS')) return access === 'write' && !filterMatches(BRIDGE_STATE, topic);
  return topic.startsWith('$share') && access !== 'subscribe';
}

type Index = { own: Map<string | null, AclLine[]>; patterns: AclLine[] };
const indices = new WeakMap<AclRules, Index>();

/** Every message asks, for every receiver: a list of thousands is sorted once, not each time. */
function indexOf(rules: AclRules): Index {
  const known = indices.get(rules);
  if (known) return known;
  const index: Index = { own: new Map(), patterns: [] };
  for (const line of rules.lines) {
    if (line.kind === 'pattern') {
      index.patterns.push(line);
      continue;
    }
    const lines = index.own.get(line.user);
    if (lines) lines.push(line);
    else index.own.set(line.user, [line]);
  }
  indices.set(rules, index);
  return index;
}

function firstOf(
  lines: readonly AclLine[],
  question: AclQuestion,
  topic: readonly string[],
): AclDecision | null {
  const applies = question.access === 'subscribe' ? covers : matches;
  const speaks = (line: AclLine): boolean => {
    const levels = filled(line, question);
    return levels !== null && applies(levels, topic);
  };
  const denying = lines.find((line) => line.access === 'deny' && speaks(line));
  if (denying) return { allowed: false, line: denying.line };
  const allowing = lines.find((line) => grants(line.access, question.access) && speaks(line));
  return allowing ? { allowed: true, line: allowing.line } : null;
}

/** The line's filter with the client's names in it; null where there is no name to put. */
function filled(line: AclLine, { user, clientId }: AclQuestion): readonly string[] | null {
  if (line.kind === 'topic') return line.levels;
  if (user === null && line.levels.includes('%u')) return null;
  // A name with a `/` becomes several levels, as in Mosquitto, which fills in text.
  return line.levels.flatMap((level) =>
    level === '%u' ? (user ?? '').split('/') : level === '%c' ? clientId.split('/') : level,
  );
}
