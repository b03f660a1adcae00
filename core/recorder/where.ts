import { topicMatches } from '#core/protocol';
import { extraOf, payloadOf, sizeOf, type Segment } from './columns.ts';
import { extraStrings } from './extra.ts';
import { FLAGS_LIMIT, readFlags } from './flags.ts';
import type { KnownNames } from './known-names.ts';
import type { Where } from './recorder-types.ts';
import type { Summary } from './stored.ts';
import { createTextFinder, foldedText, needsWords, patternOf } from './text.ts';

/** Whether row `row` of the segment it was made for matches. */
export type RowTest = (row: number) => boolean;

export interface Matcher {
  /** False when no message of the segment can match: it need not be read. */
  mayHold(summary: Summary): boolean;
  of(segment: Segment): RowTest;
}

const EVERYTHING: Matcher = { mayHold: () => true, of: () => () => true };

/** Tables and bounds are made once, so that a row costs a few look-ups by number. */
export function createMatcher(where: Where, names: KnownNames): Matcher {
  if (Object.keys(where).length === 0) return EVERYTHING;
  names.refresh();
  const { since = -Infinity, until = Infinity, minSize = 0, maxSize = Infinity } = where;
  const flags = flagTable(where);
  const topics = topicTable(where, names);
  const origins = originTable(where, names);
  const deep = deepTest(where, names);

  return {
    mayHold: (summary) =>
      summary.until >= since &&
      summary.since <= until &&
      summary.maxSize >= minSize &&
      summary.minSize <= maxSize &&
      holdsAny(topics, summary.topics) &&
      holdsAny(origins, summary.origins),
    of(segment) {
      const { columns } = segment;
      const shallow: RowTest = (row) => {
        if (flags && flags[columns.flags[row] ?? 0] !== 1) return false;
        if (topics && topics[columns.topic[row] ?? 0] !== 1) return false;
        if (origins && origins[columns.origin[row] ?? 0] !== 1) return false;
        const at = columns.at[row] ?? 0;
        if (at < since || at > until) return false;
        const size = sizeOf(segment, row);
        return size >= minSize && size <= maxSize;
      };
      if (!deep) return shallow;
      const inside = deep(segment);
      return (row) => shallow(row) && inside(row);
    },
  };
}

function flagTable(where: Where): Uint8Array | null {
  const { qos, retained, kinds, direction } = where;
  if (!qos && retained === undefined && !kinds && !direction) return null;
  return Uint8Array.from({ length: FLAGS_LIMIT }, (_, n) => {
    const flags = readFlags(n);
    const holds =
      (qos?.includes(flags.qos) ?? true) &&
      (retained === undefined || flags.retain === retained) &&
      (kinds?.includes(flags.kind) ?? true) &&
      (direction === undefined || flags.direction === direction);
    return holds ? 1 : 0;
  });
}

function topicTable({ topicFilter }: Where, names: KnownNames): Uint8Array | null {
  // As in the live list: `#` shows everything, also $SYS topics and events without a topic.
  if (topicFilter === undefined || topicFilter === '#') return null;
  return names.topicsThat((name) => name !== '' && topicMatches(topicFilter, name));
}

function originTable({ client, source }: Where, names: KnownNames): Uint8Array | null {
  if (client === undefined && source === undefined) return null;
  return names.originsThat(
    ([itsSource, itsClient]) =>
      (client === undefined || itsClient === client) &&
      (source === undefined || itsSource === source),
  );
}

function holdsAny(table: Uint8Array | null, numbers: Uint32Array): boolean {
  return table === null || numbers.some((number) => table[number] === 1);
}

/** What must look into the bytes. */
function deepTest(where: Where, names: KnownNames): ((segment: Segment) => RowTest) | null {
  const { text, regex, matchCase = false } = where;
  const tests: ((segment: Segment) => RowTest)[] = [];
  if (text !== undefined && text !== '') {
    const folded = foldedText(text, matchCase);
    const inTopic = names.topicsThat((name) => foldedText(name, matchCase).includes(folded));
    const inBytes = needsWords(text, matchCase)
      ? patternTest(patternOf(text))
      : createTextFinder(text, matchCase);
    tests.push((segment) => {
      // Found in the whole segment at once, but only when a row comes to be asked.
      let found: RowTest | null = null;
      return (row) =>
        inTopic[segment.columns.topic[row] ?? 0] === 1 || (found ??= inBytes(segment))(row);
    });
  }
  if (regex) {
    tests.push(patternTest(new RegExp(regex.source, regex.ignoreCase === true ? 'i' : '')));
  }
  if (tests.length === 0) return null;
  return (segment) => {
    const own = tests.map((test) => test(segment));
    return (row) => own.every((test) => test(row));
  };
}

function patternTest(pattern: RegExp): (segment: Segment) => RowTest {
  return (segment) => (row) => {
    const payload = payloadOf(segment, row);
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    if (pattern.test(bytes.toString('utf8'))) return true;
    return extraStrings(extraOf(segment, row)).some((each) => pattern.test(each));
  };
}
