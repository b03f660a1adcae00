import { BYTES_PER_MESSAGE, columnsOver, type Columns } from './columns.ts';

/** At most this many messages go to the database together. */
export const BATCH_MESSAGES = 2_048;
/** Bytes of payload in one batch; a larger message is a batch of its own. */
const BATCH_BYTES = 512 * 1_024;

/** Who told a message: the source, and the client there. */
export type Origin = readonly [source: string, client: string | null];

/**
 * What is handed to the writing thread: moved, not copied. `topic` and `origin` in the columns
 * are numbers of names told in this batch or one before, counted from 1 since `generation`.
 */
export type Batch = {
  readonly generation: number;
  readonly count: number;
  /** Bytes of `data` used. */
  readonly bytes: number;
  /** Wall clock when it was handed over, ms. */
  readonly now: number;
  readonly columns: ArrayBuffer;
  readonly data: ArrayBuffer;
  readonly topics: readonly string[];
  readonly origins: readonly Origin[];
};

export type Buffers = { readonly columns: ArrayBuffer; readonly data: ArrayBuffer };

export type OpenBatch = {
  readonly buffers: Buffers;
  readonly columns: Columns;
  readonly data: Buffer;
  count: number;
  bytes: number;
  readonly topics: string[];
  readonly origins: Origin[];
};

/** Kept for the next batches: more would wait only while the disk does. */
const SPARE_LIMIT = 4;

/** Buffers go round between the threads instead of being made anew twenty times a second. */
export function createBatches(): {
  open(bytes: number): OpenBatch;
  giveBack(buffers: Buffers): void;
} {
  const spare: Buffers[] = [];
  return {
    open(bytes) {
      const pooled = bytes <= BATCH_BYTES ? spare.pop() : undefined;
      const buffers = pooled ?? {
        columns: new ArrayBuffer(BATCH_MESSAGES * BYTES_PER_MESSAGE),
        data: new ArrayBuffer(Math.max(bytes, BATCH_BYTES)),
      };
      return {
        buffers,
        columns: columnsOver(buffers.columns, 0, BATCH_MESSAGES),
        data: Buffer.from(buffers.data),
        count: 0,
        bytes: 0,
        topics: [],
        origins: [],
      };
    },
    giveBack(buffers) {
      const usual = buffers.data.byteLength === BATCH_BYTES;
      if (usual && spare.length < SPARE_LIMIT) spare.push(buffers);
    },
  };
}
