import type { CapturedMessage } from '#core/capture';
import { retainOf, type Topics } from '#core/protocol';
import { ENTRIES_LIMIT, FOREIGN_MS, SENDERS_LIMIT, STALE_MS, UPDATES_LIMIT } from './limits.ts';
import { readMessage, type Reading } from './read.ts';
import type {
  Flag,
  FlagCode,
  JudgedMessage,
  Limits,
  Step,
  TimelineEntry,
  UpdateTimeline,
} from './types.ts';

/** What a story remembers besides what it shows. */
export type Story = UpdateTimeline & {
  /** Each messageId, alone and with its place: at another place it is the same message. */
  readonly seen: ReadonlySet<string>;
  /** Highest `seq` of each sender at each place. */
  readonly highest: ReadonlyMap<string, number>;
  /** Stamp, µs, of the first of each step. */
  readonly first: Partial<Readonly<Record<Step, number>>>;
  readonly lastStamp: number;
  readonly lastAt: number;
};

export type TimelineState = {
  readonly topics: Topics;
  readonly limits: Limits;
  /** Least recently active first. */
  readonly stories: ReadonlyMap<string, Story>;
  /** Wall clock minus monotonic, µs; of the capture's present process. */
  readonly offset: number | null;
  /** Foreign updates so far, for their names. */
  readonly foreign: number;
};

/** As createStamper of #core/capture, with its memory in the state. */
const ANCHOR_LIMIT_US = 50_000;

/** The state with one message more. What is no part of an update's story changes nothing. */
export function fold(state: TimelineState, message: JudgedMessage): TimelineState {
  const reading = readMessage(message, state.topics);
  if (reading === null) return state;
  const wall = message.at * 1_000;
  const near =
    state.offset !== null && Math.abs(message.mono + state.offset - wall) <= ANCHOR_LIMIT_US;
  const offset = near ? state.offset : wall - message.mono;
  const stamp = Math.round(message.mono + offset);

  const known = storyOf(state, reading, message.at);
  const story = known ?? newStory(reading, state.foreign);
  const next = tell(story, reading, message, stamp, state.limits);
  const stories = new Map(state.stories);
  stories.delete(story.key);
  stories.set(next.key, next);
  for (const key of stories.keys()) {
    if (stories.size <= UPDATES_LIMIT) break;
    stories.delete(key);
  }
  const foreign = state.foreign + (known === null && reading.updateId === null ? 1 : 0);
  return { ...state, stories, offset, foreign };
}

/** By `updateId` and vehicle; without it the vehicle's latest that is still active. */
function storyOf(state: TimelineState, reading: Reading, at: number): Story | null {
  const { updateId, vin, step } = reading;
  if (updateId !== null) {
    const own = state.stories.get(keyOf(vin, updateId));
    if (own) return own;
  }
  // A foreign issue begins an update; an answer to one may bring the updateId.
  if (step === 'issue' && updateId === null) return null;
  const candidates = [...state.stories.values()].reverse();
  return (
    candidates.find(
      (story) =>
        story.vin === vin &&
        at - story.lastAt <= FOREIGN_MS &&
        (updateId === null ||
          (story.updateId === null && step === 'status' && fits(story, reading))),
    ) ?? null
  );
}

/** The gatekeeper gives a foreign issue its updateId, with the version that was asked for. */
function fits(story: Story, { version }: Reading): boolean {
  return story.first.status === undefined && (version === null || story.version === version);
}

function keyOf(vin: string, updateId: string): string {
  return `${vin}/${updateId}`;
}

function newStory({ vin, updateId, version }: Reading, foreign: number): Story {
  return {
    key: updateId === null ? `${vin}/foreign-${String(foreign + 1)}` : keyOf(vin, updateId),
    ...{ updateId, vin, version, entries: [], omitted: 0, outcome: null },
    ...{ seen: new Set(), highest: new Map(), first: {}, lastStamp: 0, lastAt: 0 },
  };
}

function tell(
  story: Story,
  reading: Reading,
  message: CapturedMessage,
  stamp: number,
  limits: Limits,
): Story {
  const { step, messageId, seq, version } = reading;
  const place = `${message.source}\0${message.direction}`;
  const flags = flagsOf(story, reading, message, stamp, limits);
  const entry: TimelineEntry = {
    ...{ at: message.at, stamp, step, topic: message.topic, says: reading.says },
    ...{ source: message.source, direction: message.direction, messageId, seq },
    ...{ signed: reading.signed, flags },
  };
  const full = story.entries.length >= ENTRIES_LIMIT;
  const past = flags.some(({ code }) => OF_THE_PAST.has(code));
  const stale = flags.some(({ code }) => code === 'stale_retained') || reading.forged !== null;
  const updateId = story.updateId ?? reading.updateId;
  return {
    key: story.updateId === null && updateId !== null ? keyOf(story.vin, updateId) : story.key,
    updateId,
    vin: story.vin,
    version: story.version ?? version,
    // The beginning stays: it tells what the update is, the rest repeats itself.
    entries: full ? story.entries : [...story.entries, entry],
    omitted: story.omitted + (full ? 1 : 0),
    outcome: outcomeOf(story, reading, stale || reading.invalid !== null, past),
    seen: full || messageId === null ? story.seen : noted(story.seen, place, messageId),
    highest:
      seq === null ? story.highest : raised(story.highest, `${place}\0${reading.sender}`, seq),
    first:
      story.first[step] === undefined && !stale ? { ...story.first, [step]: stamp } : story.first,
    lastStamp: Math.max(story.lastStamp, stamp),
    lastAt: Math.max(story.lastAt, message.at),
  };
}

const OF_THE_PAST: ReadonlySet<FlagCode> = new Set(['duplicate', 'out_of_order']);

/** The last word; an update that is taken up again has none yet. */
function outcomeOf(
  { outcome, seen }: Story,
  { ends, step, says, messageId }: Reading,
  /** Not to be believed of now. */
  stale: boolean,
  past: boolean,
): string | null {
  if (stale) return outcome;
  if (ends) return says;
  // Heard at another place before: what came in between is no news there either.
  const isOld = past || (messageId !== null && seen.has(`\0${messageId}`));
  return isOld || step === 'command' || step === 'issue' ? outcome : null;
}

function noted(seen: ReadonlySet<string>, place: string, messageId: string): ReadonlySet<string> {
  const here = `${place}\0${messageId}`;
  return seen.has(here) ? seen : new Set(seen).add(here).add(`\0${messageId}`);
}

function raised(
  highest: ReadonlyMap<string, number>,
  key: string,
  seq: number,
): ReadonlyMap<string, number> {
  const now = highest.get(key);
  if (now === undefined && highest.size >= SENDERS_LIMIT) return highest;
  return now !== undefined && now >= seq ? highest : new Map(highest).set(key, seq);
}

/** Which step each one answers. */
const ANSWERS: Partial<Record<Step, Step>> = {
  status: 'issue',
  acknowledgment: 'status',
  progress: 'acknowledgment',
};

function flagsOf(
  story: Story,
  reading: Reading,
  message: CapturedMessage,
  stamp: number,
  limits: Limits,
): Flag[] {
  const flags: Flag[] = [];
  const add = (code: Flag['code'], reason: string): void => {
    flags.push({ code, reason });
  };
  const { step, kind, messageId, seq, issuedAt } = reading;
  if (reading.invalid) flags.push(reading.invalid);
  if (reading.forged) flags.push(reading.forged);
  else if (!reading.signed) add('unsigned', 'it carries neither a signature nor an HMAC');
  if (reading.updateId === null) add('foreign', `no updateId: put here by ${reading.vin} and time`);

  if (message.retain && !retainOf(kind)) {
    const age = issuedAt === null ? null : message.at - issuedAt;
    if (message.direction !== 'in')
      add('stale_retained', `published to be kept: later subscribers get it as news`);
    else if (age === null) add('stale_retained', 'the broker had kept it, nothing says from when');
    else if (age > STALE_MS)
      add('stale_retained', `the broker had kept it, it is ${seconds(age)} old`);
  }

  const place = `${message.source}\0${message.direction}`;
  const again = messageId !== null && story.seen.has(`${place}\0${messageId}`);
  if (again) {
    add(
      'duplicate',
      message.dup ? 'delivered again, marked dup' : `messageId ${messageId} came before`,
    );
    return flags;
  }
  const highest = story.highest.get(`${place}\0${reading.sender}`);
  if (seq !== null && highest !== undefined && seq <= highest) {
    add('out_of_order', `seq ${String(seq)} after ${String(highest)}`);
  }
  const repeated = messageId !== null && story.seen.has(`\0${messageId}`);
  const question = ANSWERS[step];
  if (question !== undefined && story.first[step] === undefined && !repeated) {
    const asked = story.first[question];
    if (asked === undefined) {
      if (story.entries.length > 0) add('out_of_order', `${step} without ${question} before it`);
    } else {
      const took = (stamp - asked) / 1_000;
      const limit = limits[step as keyof Limits];
      if (took > limit)
        add('late', `${seconds(took)} after ${question}, at most ${seconds(limit)}`);
    }
  } else if ((step === 'progress' || step === 'result') && story.lastStamp > 0) {
    const silence = (stamp - story.lastStamp) / 1_000;
    if (silence > limits.silence) add('late', `after ${seconds(silence)} of silence`);
  }
  return flags;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
