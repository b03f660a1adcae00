import { isDeepStrictEqual } from 'node:util';
import { topicMatches } from '#core/protocol';
import { type Condition, type MessageMatch } from './matches.ts';
import { fitsPattern } from './pattern.ts';
import { type SeenMessage } from './stage.ts';
import { lookUp } from './template.ts';

/** What conditions are asked of. */
export type Sight = {
  tree: unknown;
  messages: readonly SeenMessage[];
  /** What a connection of the scenario received. */
  heardBy: (connection: string) => readonly SeenMessage[];
};

export type Judgement = {
  holds: boolean;
  /** What it is, beside what it should be. */ detail: string;
};

/** Whether a condition holds, and what there is instead. */
export function judgeCondition(condition: Condition, sight: Sight): Judgement {
  const { at, messages, heardBy } = condition;
  if (at !== undefined) return judgeValue(at, lookUp(sight.tree, at), condition);
  const heard = heardBy === undefined ? sight.messages : sight.heardBy(heardBy);
  const count = heard.filter((message) => fits(message, messages ?? {})).length;
  const judged = judgeValue(`messages ${JSON.stringify(messages ?? {})}`, count, condition);
  const nearest = judged.holds ? undefined : heard.findLast((each) => isNear(each, messages ?? {}));
  if (!nearest) return judged;
  return { ...judged, detail: `${judged.detail}; the last there was: ${saidBy(nearest)}` };
}

/** Of the kind and topic that was asked for, whatever it says. */
function isNear(message: SeenMessage, { kind, topic }: MessageMatch): boolean {
  return fits(message, { ...(kind ? { kind } : {}), ...(topic === undefined ? {} : { topic }) });
}

/** What a person looks for first, without signatures and manifests. */
function saidBy({ topic, json, from }: SeenMessage): string {
  const told = Object.entries(json ?? {}).filter(([name]) => TOLD.has(name));
  return `${topic} from ${from || 'somebody'} ${short(Object.fromEntries(told))}`;
}

const TOLD: ReadonlySet<string> = new Set([
  ...['status', 'acknowledgment', 'progress', 'command', 'version', 'ecuId', 'online'],
  'reason',
]);

function judgeValue(what: string, value: unknown, condition: Condition): Judgement {
  const wrong = WRONGS.flatMap((test) => test(value, condition) ?? []);
  const found = `${what} is ${short(shownOf(value, condition))}`;
  if (wrong.length === 0) return { holds: true, detail: found };
  return { holds: false, detail: `${found}; expected ${wrong.join(' and ')}` };
}

/** Of a list that has what was asked for, that entry. */
function shownOf(value: unknown, { some }: Condition): unknown {
  if (some === undefined) return value;
  return listOf(value).find((item) => contains(item, some)) ?? value;
}

type Wrong = (value: unknown, condition: Condition) => string | null;

/** One for each way to ask: what was expected, where that is not so. */
const WRONGS: readonly Wrong[] = [
  (value, { is }) => (is === undefined || isDeepStrictEqual(value, is) ? null : short(is)),
  (value, { isNot }) =>
    isNot === undefined || !isDeepStrictEqual(value, isNot) ? null : `anything but ${short(isNot)}`,
  (value, { oneOf }) =>
    oneOf === undefined || oneOf.some((one) => isDeepStrictEqual(value, one))
      ? null
      : `one of ${short(oneOf)}`,
  (value, { atLeast }) =>
    atLeast === undefined || sizeOf(value) >= atLeast ? null : `at least ${String(atLeast)}`,
  (value, { atMost }) =>
    atMost === undefined || sizeOf(value) <= atMost ? null : `at most ${String(atMost)}`,
  (value, { matches }) =>
    matches === undefined || (typeof value === 'string' && fitsPattern(matches, value))
      ? null
      : `a text like /${matches}/`,
  (value, { exists }) =>
    exists === undefined || (value !== undefined && value !== null) === exists
      ? null
      : exists
        ? 'something'
        : 'nothing',
  (value, { some }) =>
    some === undefined || listOf(value).some((item) => contains(item, some))
      ? null
      : `an entry with ${short(some)}`,
  (value, { none }) =>
    none === undefined || !listOf(value).some((item) => contains(item, none))
      ? null
      : `no entry with ${short(none)}`,
];

/** A number as it is, of a list its length; anything else is less and more than every bound. */
function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return Array.isArray(value) ? value.length : Number.NaN;
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

/** Whether everything that `part` says is in `whole` too. */
function contains(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return isDeepStrictEqual(whole, part);
  if (typeof whole !== 'object' || whole === null) return false;
  if (Array.isArray(part)) return isDeepStrictEqual(whole, part);
  return Object.entries(part).every(
    ([name, item]) =>
      Object.hasOwn(whole, name) && contains((whole as Record<string, unknown>)[name], item),
  );
}

export function fits(message: SeenMessage, match: MessageMatch): boolean {
  const { kind, topic, from, where, retained } = match;
  if (kind !== undefined && message.kind !== kind) return false;
  if (topic !== undefined && !topicMatches(topic, message.topic)) return false;
  if (from !== undefined && message.from !== from) return false;
  if (retained !== undefined && message.retained !== retained) return false;
  return where === undefined || contains(message.json, where);
}

const SHOWN = 200;

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
