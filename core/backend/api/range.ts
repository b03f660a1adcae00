/** What a `Range` header asks of a body of known length. */
export type RangeAsked =
  /** No range, or one that RFC 9110 lets a server ignore: the whole is sent. */
  | { readonly kind: 'whole' }
  /** Bytes `start`…`end`, both inclusive. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: RangeAsked = { kind: 'whole' };
const UNSATISFIABLE: RangeAsked = { kind: 'unsatisfiable' };
const ONE_RANGE = /^bytes=\s*(\d*)-(\d*)\s*$/i;

/**
 * RFC 9110 section 14.2: unknown units, several ranges and bad syntax are ignored; a range
 * beyond the end is unsatisfiable.
 */
export function readRange(header: string | undefined, length: number): RangeAsked {
  const [, first, last] = (header === undefined ? null : ONE_RANGE.exec(header)) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return WHOLE;
  if (first === '') {
    const suffix = Number(last);
    if (suffix === 0 || length === 0) return UNSATISFIABLE;
    return { kind: 'part', start: Math.max(0, length - suffix), end: length - 1 };
  }
  const start = Number(first);
  const end = last === '' ? length - 1 : Number(last);
  // 14.1.1: a last position before the first makes the range invalid, not unsatisfiable.
  if (last !== '' && end < start) return WHOLE;
  if (start >= length) return UNSATISFIABLE;
  return { kind: 'part', start, end: Math.min(end, length - 1) };
}

/**
 * RFC 9110 section 13.1.5: the range counts only while the representation is the one the client
 * has a part of. Ours has a strong tag; a date or a weak tag never matches it.
 */
export function ifRangeHolds(header: string | undefined, etag: string): boolean {
  return header === undefined || header.trim() === etag;
}

/** RFC 9110 section 13.1.2, weak comparison. */
export function ifNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag);
}
