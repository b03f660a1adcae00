import { endianness } from 'node:os';

/**
 * Messages side by side, one typed array for each property: a scan over a million of them
 * touches numbers only. What has no fixed length stands in `data`, for each message its payload
 * and then its extra (JSON).
 */
export type Columns = {
  /** Wall clock, ms. */
  readonly at: Float64Array;
  readonly monotonicUs: Float64Array;
  /** Where in `data` the message ends; it begins where the one before ends. */
  readonly end: Uint32Array;
  /** Bytes of extra; the rest is payload. */
  readonly extra: Uint32Array;
  readonly topic: Uint32Array;
  readonly origin: Uint32Array;
  readonly flags: Uint16Array;
};

/** Consecutive messages with ids `first`, `first` + 1, … */
export type Segment = {
  readonly first: number;
  readonly count: number;
  readonly columns: Columns;
  readonly data: Uint8Array;
};

export const BYTES_PER_MESSAGE = 34;

/** All arrays in one buffer, largest elements first, so that each is aligned. */
export function columnsOver(buffer: ArrayBufferLike, offset: number, count: number): Columns {
  let at = offset;
  const take = (bytes: number): number => (at += bytes * count) - bytes * count;
  return {
    at: new Float64Array(buffer, take(8), count),
    monotonicUs: new Float64Array(buffer, take(8), count),
    end: new Uint32Array(buffer, take(4), count),
    extra: new Uint32Array(buffer, take(4), count),
    topic: new Uint32Array(buffer, take(4), count),
    origin: new Uint32Array(buffer, take(4), count),
    flags: new Uint16Array(buffer, take(2), count),
  };
}

const NAMES = ['at', 'monotonicUs', 'end', 'extra', 'topic', 'origin', 'flags'] as const;

/** Puts segments that follow one another into one. Their columns may be longer than their count. */
export function joinSegments(parts: readonly Segment[]): Segment {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const length = parts.reduce((sum, part) => sum + part.data.byteLength, 0);
  const columns = columnsOver(new ArrayBuffer(count * BYTES_PER_MESSAGE), 0, count);
  const data = new Uint8Array(length);
  let row = 0;
  let base = 0;
  for (const part of parts) {
    for (const name of NAMES) columns[name].set(part.columns[name].subarray(0, part.count), row);
    if (base > 0) {
      for (let n = row; n < row + part.count; n += 1) columns.end[n] = (columns.end[n] ?? 0) + base;
    }
    data.set(part.data, base);
    row += part.count;
    base += part.data.byteLength;
  }
  return { first: parts[0]?.first ?? 0, count, columns, data };
}

/** The blob of columns as it is stored: little-endian. */
export function columnBytes({ columns, count }: Segment): Uint8Array {
  assertLittleEndian();
  return new Uint8Array(columns.at.buffer, columns.at.byteOffset, count * BYTES_PER_MESSAGE);
}

export function segmentFrom(
  first: number,
  count: number,
  columns: Uint8Array,
  data: Uint8Array,
): Segment {
  assertLittleEndian();
  const aligned = columns.byteOffset % 8 === 0 ? columns : columns.slice();
  return { first, count, columns: columnsOver(aligned.buffer, aligned.byteOffset, count), data };
}

function startOf({ columns }: Segment, row: number): number {
  return row === 0 ? 0 : (columns.end[row - 1] ?? 0);
}

export function sizeOf(segment: Segment, row: number): number {
  const { end, extra } = segment.columns;
  return (end[row] ?? 0) - startOf(segment, row) - (extra[row] ?? 0);
}

/** A view, not a copy. */
export function payloadOf(segment: Segment, row: number): Uint8Array {
  const start = startOf(segment, row);
  return segment.data.subarray(start, start + sizeOf(segment, row));
}

export function extraOf({ columns, data }: Segment, row: number): Uint8Array {
  const end = columns.end[row] ?? 0;
  return data.subarray(end - (columns.extra[row] ?? 0), end);
}

function assertLittleEndian(): void {
  // Every platform Electron runs on is; a capture moved from elsewhere would be misread.
  if (endianness() !== 'LE') throw new Error('captures are little-endian');
}

/** One message as a segment of its own, copied. */
export function cutOut(segment: Segment, row: number): Segment {
  const start = startOf(segment, row);
  const end = segment.columns.end[row] ?? 0;
  const columns = columnsOver(new ArrayBuffer(BYTES_PER_MESSAGE), 0, 1);
  for (const name of NAMES) columns[name][0] = segment.columns[name][row] ?? 0;
  columns.end[0] = end - start;
  return { first: segment.first + row, count: 1, columns, data: segment.data.slice(start, end) };
}
