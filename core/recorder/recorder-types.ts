import type { TrafficRow } from '#core/contract';
import type { Refusal } from '#core/ports';
import type { BookCalls } from './book-types.ts';
import type { Direction, TrafficEvent } from './types.ts';

/** The ids in the capture: every one from `first` to `last` is there. */
export type Bounds = { readonly first: number; readonly last: number; readonly count: number };

/** Who bookmarked what is asked once, not with each row. */
export type RecordedRow = Omit<TrafficRow, 'marked'>;

/** One message as it was told, with its whole payload. */
export type RecordedMessage = RecordedRow & {
  readonly payload: Uint8Array;
  readonly detail: string | null;
  readonly properties: Readonly<Record<string, unknown>> | null;
};

export type RecordedDetail = RecordedMessage & {
  /** SHA-256 of the payload, lower-case hex. */
  readonly sha256: string;
  /** False when the stored bytes are not those which were captured. */
  readonly intact: boolean;
  readonly mark: Mark | null;
};

/** All that is given must hold. */
export type Where = {
  /** MQTT wildcards; `#` includes events without a topic. */
  readonly topicFilter?: string;
  /** Occurs in the topic, the payload, the detail, the code or a property. */
  readonly text?: string;
  /** False unless given. */
  readonly matchCase?: boolean;
  /** Of JavaScript, without `u`; tried on the payload as UTF-8, the detail, the code and each property. */
  readonly regex?: { readonly source: string; readonly ignoreCase?: boolean };
  readonly client?: string;
  readonly source?: string;
  readonly direction?: Direction;
  readonly qos?: readonly (0 | 1 | 2)[];
  readonly retained?: boolean;
  readonly kinds?: readonly TrafficRow['kind'][];
  /** Wall clock, ms, both included. */
  readonly since?: number;
  readonly until?: number;
  /** Payload bytes, both included. */
  readonly minSize?: number;
  readonly maxSize?: number;
};

export type Progress = {
  readonly scanned: number;
  readonly total: number;
  readonly found: number;
};

export type Watching = {
  readonly signal?: AbortSignal;
  /** At most ten times a second. */
  readonly onProgress?: (progress: Progress) => void;
};

export type PageQuery = {
  readonly order: 'newest' | 'oldest';
  /** Where to go on: the `next` of the page before. Excluded. */
  readonly from?: number;
  /** At most 10,000. */
  readonly limit: number;
  readonly where?: Where;
};

export type Page<Row> = {
  readonly rows: Row[];
  /** `from` of the next page; null when everything was looked at. */
  readonly next: number | null;
};

export type Found = {
  /** Ascending. */
  readonly ids: Float64Array;
  /** Highest id that was looked at: later ones are found with `after`. */
  readonly through: number;
  /** False when `limit` ended it. */
  readonly complete: boolean;
};

/** Where messages were heard or sent, and how many. */
export type Place = {
  readonly source: string;
  readonly direction: Direction | null;
  readonly count: number;
};

export type Mark = { readonly id: number; readonly at: number; readonly note: string };

export type RecorderState =
  | { readonly kind: 'recording' }
  /** Nothing is captured; everything is counted as dropped until `resume()`. */
  | { readonly kind: 'stopped'; readonly since: number; readonly why: Refusal }
  | { readonly kind: 'closed' };

/** added = captured + waiting + dropped.total, at every moment. */
export type RecorderCounts = {
  readonly added: number;
  /** Committed to the database. */
  readonly captured: number;
  readonly waiting: number;
  readonly dropped: {
    readonly total: number;
    /** The queue was full: the disk could not follow. */
    readonly queueFull: number;
    /** Recording was stopped, or stopped while they waited. */
    readonly stopped: number;
    /** Could not be written down, such as properties that are no JSON. */
    readonly unfit: number;
  };
};

export type Retention = {
  /** Of the database file; the oldest messages leave when it would grow larger. */
  readonly bytes: number;
  readonly ageMs: number;
};

/** What can be asked while it records. */
export interface Queries {
  bounds(): Promise<Bounds>;
  /** @throws ProtocolError FILTER_SYNTAX. @throws RecorderError REGEX_SYNTAX, QUERY_ENDED */
  page(query: PageQuery & Watching): Promise<Page<RecordedRow>>;
  /** The same with whole payloads; ends a page early at 8 MiB. */
  messages(query: PageQuery & Watching): Promise<Page<RecordedMessage>>;
  /** Rows `offset`, `offset` + 1, … of the unfiltered capture, oldest first. */
  rowsAt(offset: number, limit: number): Promise<RecordedRow[]>;
  /** Rows of these ids, in this order; those that left are left out. */
  rowsOf(ids: readonly number[]): Promise<RecordedRow[]>;
  count(where?: Where, watching?: Watching): Promise<number>;
  /** The same for each place, most first; ids up to `through` where that is given. */
  places(where: Where, watching?: Watching & { readonly through?: number }): Promise<Place[]>;
  /** Ids of all that match: the index of a filtered list. `limit` 1,000,000 unless given. */
  find(query: { where: Where; after?: number; limit?: number } & Watching): Promise<Found>;
  detail(id: number): Promise<RecordedDetail | null>;
  previousOnTopic(id: number): Promise<RecordedRow | null>;
  /** Bookmarks, ascending by id. */
  marks(): Promise<Mark[]>;
}

export interface Recorder extends Queries, BookCalls {
  /** Takes the event down and returns at once, whatever happens to it. Never throws. */
  add(event: TrafficEvent): void;
  counts(): RecorderCounts;
  state(): RecorderState;
  /** What was found when the file was opened, such as a damaged one that was set aside. */
  notices(): readonly Refusal[];
  onState(listener: (state: RecorderState) => void): () => void;
  /** After each commit, with what is there now. */
  onCaptured(listener: (bounds: Bounds) => void): () => void;
  /** Resolves when all that was added before is committed or counted as dropped. */
  flush(): Promise<void>;
  /** Records again after a stop. @throws RecorderError as the reason it stopped, if that persists */
  resume(): Promise<void>;
  setRetention(retention: Retention): Promise<void>;
  /** Removes every message captured so far; ids go on rising. Marked ones stay in `detail`. */
  clear(): Promise<void>;

  /** Bookmarks a message, with a note of at most 10,000 characters; it survives retention. */
  mark(id: number, note?: string): Promise<Mark>;
  unmark(id: number): Promise<void>;
  close(): Promise<void>;
}
