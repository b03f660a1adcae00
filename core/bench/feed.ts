import { type Frame } from '#core/contract';
import { type Clock } from '#core/ports';
import { type FrameStream, paceFrames } from './frames.ts';

/** Keeps one frame small enough to be parsed between two repaints; the rest follows in the next. */
const ITEMS_PER_FRAME = 250;

/** The latest state of things that have a name, and everybody who watches them. */
export type Feed<T> = {
  set(item: T): void;
  remove(key: string): void;
  get(key: string): T | undefined;
  values(): T[];
  /** Snapshot first, then deltas. Holds at most one entry for each key, however slow the reader. */
  watch(signal?: AbortSignal): FrameStream<Frame<T>>;
  /** Told of each item as it is set, within this process; returns its undo. */
  listen(listener: (item: T) => void): () => void;
  /** Readers now. */
  watchers(): number;
  /** Ends every reader's stream. */
  close(): void;
};

export function createFeed<T>(options: { clock: Clock; key: (item: T) => string }): Feed<T> {
  const { clock, key } = options;
  const items = new Map<string, T>();
  const readers = new Set<Reader<T>>();
  const listeners = new Set<(item: T) => void>();
  return {
    set(item) {
      const name = key(item);
      items.set(name, item);
      for (const reader of readers) reader.changed(name);
      for (const listener of [...listeners]) listener(item);
    },
    remove(name) {
      if (!items.delete(name)) return;
      for (const reader of readers) reader.gone(name);
    },
    get: (name) => items.get(name),
    values: () => [...items.values()],
    watch(signal) {
      const reader = createReader({ clock, items, signal, onEnd: () => readers.delete(reader) });
      readers.add(reader);
      return reader.stream;
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchers: () => readers.size,
    close() {
      for (const reader of [...readers]) void reader.stream.return?.();
    },
  };
}

type Reader<T> = {
  stream: FrameStream<Frame<T>>;
  changed(name: string): void;
  gone(name: string): void;
};

function createReader<T>(options: {
  clock: Clock;
  items: ReadonlyMap<string, T>;
  signal: AbortSignal | undefined;
  onEnd: () => void;
}): Reader<T> {
  const { clock, items, signal, onEnd } = options;
  const dirty = new Set(items.keys());
  const removed = new Set<string>();
  let seq = 0;
  let skipped = 0;
  let begun = false;

  const take = (): { frame: Frame<T>; more: boolean } => {
    const upserts: T[] = [];
    for (const name of dirty) {
      if (upserts.length === ITEMS_PER_FRAME) break;
      dirty.delete(name);
      const item = items.get(name);
      if (item !== undefined) upserts.push(item);
    }
    const kind = begun ? 'delta' : 'snapshot';
    const frame: Frame<T> = { kind, seq, skipped, upserts, removed: begun ? [...removed] : [] };
    begun = true;
    seq += 1;
    skipped = 0;
    removed.clear();
    return { frame, more: dirty.size > 0 };
  };
  const stream = paceFrames({ clock, take, signal, onEnd });

  return {
    stream,
    changed(name) {
      // Before the snapshot nobody has been promised anything, so nothing is skipped.
      if (begun && dirty.has(name)) skipped += 1;
      removed.delete(name);
      dirty.add(name);
      stream.poke();
    },
    gone(name) {
      if (dirty.delete(name) && begun) skipped += 1;
      removed.add(name);
      stream.poke();
    },
  };
}
