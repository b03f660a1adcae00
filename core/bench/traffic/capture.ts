import { type Settings, type TrafficCounts, type TrafficState } from '#core/contract';
import { type Clock, CodedError, isCodedError, type Log, type Refusal } from '#core/ports';
import {
  type Bounds,
  openRecorder,
  type RecordedRow,
  type Recorder,
  type RecorderState,
  type Retention,
  type TrafficEvent,
} from '#core/recorder';
import { type TrafficRow } from '#core/contract';

const DAY_MS = 86_400_000;

/** The recorder, or the reason why there is none: everything else runs on without it. */
export type Capture = {
  /** Never throws. */
  add(event: TrafficEvent): void;
  /** @throws CodedError why nothing can be asked */
  recorder(): Recorder;
  counts(): TrafficCounts;
  bounds(): Bounds;
  state(): TrafficState;
  notices(): readonly Refusal[];
  /** With its bookmark. */
  row(row: RecordedRow): TrafficRow;
  marked(id: number, marked: boolean): void;
  /** Something was captured, or the state changed. */
  onChange(listener: () => void): () => void;
  resume(): Promise<TrafficState>;
  keep(retention: Settings['capture']): Promise<void>;
  close(): Promise<void>;
};

export async function openCapture(options: {
  /** Null: nothing is recorded. */
  file: string | null;
  retention: Settings['capture'];
  clock: Clock;
  log: Log;
}): Promise<Capture> {
  const { file, clock, log } = options;
  let retention = retentionOf(options.retention);
  let recorder: Recorder | null = null;
  let bounds: Bounds = { first: 1, last: 0, count: 0 };
  let missing: { since: number; why: Refusal } | null = null;
  /** Told while there was no recorder. */
  let lost = 0;
  const marks = new Set<number>();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const open = async (): Promise<void> => {
    if (file === null) {
      missing = { since: clock.now(), why: NOT_WANTED };
      return;
    }
    const opened = await openRecorder({ file, clock, log, retention });
    opened.onCaptured((next) => {
      bounds = next;
      tell();
    });
    opened.onState(tell);
    bounds = await opened.bounds();
    for (const { id } of await opened.marks()) marks.add(id);
    recorder = opened;
    missing = null;
  };
  try {
    await open();
  } catch (error) {
    // A full disk, a capture of a later version: the bench works, and says that nothing is recorded.
    if (!isCodedError(error)) throw error;
    const { code, reason, next } = error;
    log('warn', 'traffic is not recorded', { code, reason });
    missing = { since: clock.now(), why: { code, reason, next } };
  }

  return {
    add(event) {
      if (recorder) recorder.add(event);
      else lost += 1;
    },
    recorder() {
      if (recorder) return recorder;
      const { code, reason, next } = missing?.why ?? NOT_OPEN;
      throw new CodedError(code, reason, { next });
    },
    counts() {
      const counts = recorder?.counts() ?? NOTHING;
      const { total, queueFull, stopped, unfit } = counts.dropped;
      return {
        seen: counts.added + lost,
        held: bounds.count,
        evicted: bounds.first - 1,
        captured: counts.captured,
        waiting: counts.waiting,
        dropped: { total: total + lost, queueFull, stopped: stopped + lost, unfit },
      };
    },
    bounds: () => bounds,
    state: () => (missing ? stopped(missing) : stateOf(recorder?.state())),
    notices: () => recorder?.notices() ?? [],
    row: (row) => ({ ...row, marked: marks.has(row.id) }),
    marked(id, marked) {
      if (marked) marks.add(id);
      else marks.delete(id);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async resume() {
      if (recorder) await recorder.resume();
      else await open();
      tell();
      return stateOf(recorder?.state());
    },
    async keep(next) {
      retention = retentionOf(next);
      await recorder?.setRetention(retention);
    },
    async close() {
      listeners.clear();
      await recorder?.close();
    },
  };
}

const NOTHING = {
  ...{ added: 0, captured: 0, waiting: 0 },
  dropped: { total: 0, queueFull: 0, stopped: 0, unfit: 0 },
};

const NOT_WANTED: Refusal = {
  code: 'RECORDER_CLOSED',
  reason: 'this bench records nothing',
  next: 'look at the messages where it was started',
};

const NOT_OPEN: Refusal = {
  code: 'RECORDER_CLOSED',
  reason: 'the recorder is not open',
  next: 'start the bench again',
};

function retentionOf({ bytes, ageDays }: Settings['capture']): Retention {
  return { bytes, ageMs: ageDays * DAY_MS };
}

function stopped({ since, why }: { since: number; why: Refusal }): TrafficState {
  const { code, reason, next } = why;
  return { kind: 'stopped', since, refusal: { code, reason, next } };
}

function stateOf(state: RecorderState | undefined): TrafficState {
  switch (state?.kind) {
    case 'stopped':
      return stopped(state);
    case 'closed':
    case undefined:
      return { kind: 'stopped', since: 0, refusal: { ...NOT_OPEN } };
    case 'recording':
      return { kind: 'recording' };
  }
}
