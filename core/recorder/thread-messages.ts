import type { Refusal } from '#core/ports';
import type { Batch, Buffers } from './batch.ts';
import type { BookCalls } from './book-types.ts';
import type {
  Bounds,
  Found,
  Mark,
  Page,
  PageQuery,
  Place,
  Progress,
  RecordedDetail,
  RecordedMessage,
  RecordedRow,
  Retention,
  Where,
} from './recorder-types.ts';

/** What a thread is started with. */
export type ThreadData = {
  readonly room: 'recorder';
  readonly role: 'writer' | 'reader';
  readonly file: string;
  /** Wall clock, ms: names what is set aside. */
  readonly now: number;
  /** It was found damaged by the thread before: to be set aside whatever it looks like. */
  readonly isDamaged?: boolean;
  /** The last id that was given, should a new file be begun: no id means two messages. */
  readonly after?: number;
  /** The call that is being worked on: read by the other side should the thread fall silent. */
  readonly atWork?: Int32Array<SharedArrayBuffer>;
};

type Answer<T> = T extends Promise<infer Value> ? Value : T;
type Timed<T> = T & { readonly now: number };

/** Calls to the thread that writes. */
export type WriterCalls = {
  retain(args: Timed<{ retention: Retention }>): { more: boolean; bounds: Bounds };
  clear(args: { through: number }): { more: boolean; bounds: Bounds };
  mark(args: Timed<{ id: number; note: string }>): Mark;
  unmark(args: { id: number }): null;
  topics(args: Timed<Parameters<BookCalls['topics']>[0]>): Answer<ReturnType<BookCalls['topics']>>;
  branches(
    args: Timed<Parameters<BookCalls['branches']>[0]>,
  ): Answer<ReturnType<BookCalls['branches']>>;
  /** Writes and takes back: whether there is room again. */
  probe(args: null): null;
  close(args: null): null;
};

/** Calls to the thread that reads. */
export type ReaderCalls = {
  bounds(args: null): Bounds;
  page(args: PageQuery): Page<RecordedRow>;
  messages(args: PageQuery): Page<RecordedMessage>;
  rowsAt(args: { offset: number; limit: number }): RecordedRow[];
  rowsOf(args: { ids: readonly number[] }): RecordedRow[];
  count(args: { where: Where }): number;
  places(args: { where: Where; through: number }): Place[];
  find(args: { where: Where; after: number; limit: number }): Found;
  detail(args: { id: number }): RecordedDetail | null;
  previousOnTopic(args: { id: number }): RecordedRow | null;
  marks(args: null): Mark[];
};

export type ToThread =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'call'; readonly call: number; readonly name: string; readonly args: unknown }
  | { readonly kind: 'cancel'; readonly call: number }
  | { readonly kind: 'ping' };

export type FromThread =
  | { readonly kind: 'ready'; readonly notices: readonly Refusal[]; readonly bounds: Bounds }
  | { readonly kind: 'failed'; readonly why: Refusal }
  | { readonly kind: 'pong' }
  | { readonly kind: 'stored'; readonly buffers: Buffers; readonly bounds: Bounds }
  | { readonly kind: 'lost'; readonly why: Refusal }
  | { readonly kind: 'answer'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly call: number; readonly why: Refusal }
  | { readonly kind: 'progress'; readonly call: number; readonly progress: Progress };
