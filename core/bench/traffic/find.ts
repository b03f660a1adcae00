import { type FindEvent } from '#core/contract';
import { type Clock } from '#core/ports';
import { type Progress } from '#core/recorder';
import { type Capture } from './capture.ts';
import { recorded } from './messages.ts';
import { type Selection } from './selection.ts';
import { asked } from './where.ts';

/** Small enough to be parsed between two repaints. */
const IDS_PER_EVENT = 20_000;
const PROGRESS_MS = 100;

export type Search = Selection & { after?: number; limit: number };

/** A search as it goes. It ends with the signal, or with whoever reads it. */
export async function* find(
  capture: Capture,
  { where, judged, after, limit }: Search,
  clock: Clock,
  signal?: AbortSignal,
): AsyncGenerator<FindEvent, void, undefined> {
  const over = new AbortController();
  const both = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  try {
    if (judged) {
      yield* findJudged(capture, { where, limit, judged, after: after ?? 0 }, clock, both);
      return;
    }
    const query = { where, limit, signal: both, ...(after === undefined ? {} : { after }) };
    const found = yield* withProgress((onProgress: (progress: Progress) => void) =>
      asked(() => capture.recorder().find({ ...query, onProgress }), both),
    );
    yield* inBatches(found.ids);
    const { through, complete } = found;
    yield { kind: 'end', found: found.ids.length, through, complete };
  } finally {
    over.abort();
  }
}

/** The latest progress of something that runs, then its result. */
async function* withProgress<T>(
  run: (onProgress: (progress: Progress) => void) => Promise<T>,
): AsyncGenerator<FindEvent, T, undefined> {
  const now: { latest: Progress | null; settled: boolean } = { latest: null, settled: false };
  let wake: () => void = () => undefined;
  const running = run((progress) => {
    now.latest = progress;
    wake();
  }).finally(() => {
    now.settled = true;
    wake();
  });
  // It is awaited below; who leaves before must not leave an unhandled rejection.
  running.catch(() => undefined);
  for (;;) {
    const { latest: progress, settled } = now;
    now.latest = null;
    if (progress !== null) yield { kind: 'progress', ...progress };
    else if (settled) return await running;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

function* inBatches(ids: ArrayLike<number>): Generator<FindEvent, void> {
  for (let at = 0; at < ids.length; at += IDS_PER_EVENT) {
    const first = ids[at] ?? 0;
    const deltas: number[] = [];
    const end = Math.min(ids.length, at + IDS_PER_EVENT);
    for (let n = at + 1; n < end; n += 1) deltas.push((ids[n] ?? 0) - (ids[n - 1] ?? 0));
    yield { kind: 'ids', first, deltas };
  }
}

/** Each message of ours is verified; what is found is told with the progress. */
async function* findJudged(
  capture: Capture,
  { where, after, limit, judged }: Required<Search> & { judged: NonNullable<Search['judged']> },
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<FindEvent, void, undefined> {
  const recorder = capture.recorder();
  const { last, first } = await recorder.bounds();
  const begin = Math.max(after, first - 1);
  const total = Math.max(0, last - begin);
  let ids: number[] = [];
  let found = 0;
  let through = begin;
  let toldAt = clock.monotonic();
  // Judged here: how far it is has to be told also where nothing fits.
  const walk = { where, judged: null, after, through: last, signal };
  for await (const message of recorded(recorder, walk)) {
    const { id } = message;
    through = id;
    if (await judged(message)) {
      ids.push(id);
      found += 1;
    }
    if (found >= limit) break;
    if (clock.monotonic() - toldAt < PROGRESS_MS) continue;
    toldAt = clock.monotonic();
    yield* inBatches(ids);
    ids = [];
    yield { kind: 'progress', scanned: id - begin, total, found };
  }
  yield* inBatches(ids);
  const complete = found < limit;
  yield { kind: 'end', found, through: complete ? last : through, complete };
}
