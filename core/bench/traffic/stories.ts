import { type Frame, type TimelineSummary, type TimelineView } from '#core/contract';
import {
  fold,
  newTimeline,
  type TimelineState,
  timelines,
  type TimelineView as Story,
} from '#core/timeline';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { type FrameStream, paceFrames, type Taken } from '../frames.ts';
import { type Capture } from './capture.ts';
import { capturedOf, recorded } from './messages.ts';
import { judge } from './verdict.ts';

/** Steps become late also while nothing comes. */
const LOOK_MS = 1_000;
/** Our messages are never larger; what is, is firmware. */
const MESSAGE_BYTES = 65_536;

export type Stories = {
  list(): Promise<TimelineSummary[]>;
  watch(key: string, signal?: AbortSignal): Promise<FrameStream<Frame<TimelineView>>>;
  watchers(): number;
  close(): void;
};

/** The stories of all updates in the capture, folded when somebody asks, and further from there. */
export function createStories(
  capture: Capture,
  { topics, ring, clock }: Pick<Context, 'topics' | 'ring' | 'clock'>,
): Stories {
  const closing = new AbortController();
  const readers = new Set<FrameStream<Frame<TimelineView>>>();
  let root = '';
  let state: TimelineState = newTimeline();
  let through = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const catchUp = async (): Promise<void> => {
    const now = topics();
    if (now.root !== root || capture.bounds().first > through + 1) {
      // Another root, or what it was told from is cleared.
      root = now.root;
      state = newTimeline({ topics: now });
      through = 0;
    }
    const { last } = capture.bounds();
    if (last <= through) return;
    const where = {
      topicFilter: `${root}/#`,
      kinds: ['publish'] as const,
      maxSize: MESSAGE_BYTES,
    };
    const walk = { where, judged: null, after: through, through: last, signal: closing.signal };
    for await (const message of recorded(capture.recorder(), walk)) {
      const { signature } = await judge(message.topic, message.payload, { topics: now, ring });
      state = fold(state, { ...capturedOf(message), verdict: signature });
      through = message.id;
    }
    through = last;
  };
  /** One at a time: the next reader finds it done. */
  const upToDate = async (): Promise<Story[]> => {
    const mine = turn.then(catchUp);
    turn = mine.catch(() => undefined);
    await mine;
    return timelines(state, clock.now());
  };
  const undo = capture.onChange(() => {
    for (const stream of readers) stream.poke();
  });

  return {
    list: async () => (await upToDate()).map(summaryOf),
    async watch(key, signal) {
      const present = await upToDate();
      if (!present.some((each) => each.key === key)) {
        throw new BenchError('TIMELINE_UNKNOWN', `there is no update ${key.slice(0, 200)} here`, {
          next: 'choose one that is listed',
        });
      }
      let seq = 0;
      let told = '';
      const over = new AbortController();
      const take = async (): Promise<Taken<Frame<TimelineView>>> => {
        const story = (await upToDate()).find((each) => each.key === key);
        const view = story ? viewOf(story) : null;
        const text = JSON.stringify(view);
        if (text === told) return { frame: null, more: false };
        told = text;
        const frame: Frame<TimelineView> = {
          kind: seq === 0 ? 'snapshot' : 'delta',
          seq,
          skipped: 0,
          upserts: view ? [view] : [],
          removed: view ? [] : [key],
        };
        seq += 1;
        return { frame, more: false };
      };
      const onEnd = (): void => {
        over.abort();
        readers.delete(stream);
      };
      const stream = paceFrames({ clock, take, onEnd, signal });
      readers.add(stream);
      const look = async (): Promise<void> => {
        for (;;) {
          await clock.sleep(LOOK_MS, over.signal);
          stream.poke();
        }
      };
      // Ends only by its signal.
      look().catch(() => undefined);
      return stream;
    },
    watchers: () => readers.size,
    close() {
      undo();
      closing.abort();
      for (const stream of [...readers]) void stream.return?.();
    },
  };
}

function summaryOf(story: Story): TimelineSummary {
  const { key, updateId, vin, version, outcome, entries, missing, omitted } = story;
  const flags = entries.reduce((sum, entry) => sum + entry.flags.length, missing.length);
  return {
    ...{ key, updateId, vin, version, outcome, flags },
    startedAt: entries[0]?.at ?? 0,
    lastAt: entries.at(-1)?.at ?? 0,
    entries: entries.length + omitted,
  };
}

function viewOf(story: Story): TimelineView {
  const { entries, latencies, missing, ...rest } = story;
  return {
    ...rest,
    entries: entries.map((entry) => ({
      ...entry,
      flags: entry.flags.map((flag) => ({ ...flag })),
    })),
    latencies: latencies.map((each) => ({ ...each })),
    missing: missing.map((each) => ({ ...each })),
  };
}
