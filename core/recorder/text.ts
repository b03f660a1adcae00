import { extraOf, type Segment } from './columns.ts';
import { extraStrings } from './extra.ts';

/** For topics, whose names are strings already. */
export function foldedText(text: string, matchCase: boolean): string {
  return matchCase ? text : text.toLowerCase();
}

/** True when folding ASCII bytes is not enough to ignore the case of `text`. */
export function needsWords(text: string, matchCase: boolean): boolean {
  return !matchCase && /[^\x00-\x7f]/.test(text); // eslint-disable-line no-control-regex -- all of ASCII
}

export function patternOf(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'), 'iu');
}

/** What JSON writes otherwise than it is. */
const ESCAPED = /["\\\u0000-\u001f]/; // eslint-disable-line no-control-regex -- those are meant

/**
 * Finds `text` in the payloads of a whole segment, and in what was told beside them, as bytes:
 * one search through all of its data is many times faster than one for each message.
 */
export function createTextFinder(
  text: string,
  matchCase: boolean,
): (segment: Segment) => (row: number) => boolean {
  const next = createByteSearch(Buffer.from(text), matchCase);
  const length = Buffer.byteLength(text);
  const isEscaped = ESCAPED.test(text);
  const wanted = foldedText(text, matchCase);
  const inExtra = (segment: Segment, row: number): boolean =>
    segment.columns.extra[row] !== 0 &&
    extraStrings(extraOf(segment, row)).some((each) =>
      foldedText(each, matchCase).includes(wanted),
    );

  return (segment) => {
    const { columns, data, count } = segment;
    const hits = new Uint8Array(count);
    let row = 0;
    for (let at = next(data, 0); at !== -1;) {
      while ((columns.end[row] ?? 0) <= at) row += 1;
      const end = columns.end[row] ?? 0;
      const inPayload = at + length <= end - (columns.extra[row] ?? 0);
      // In the extra it may be the name of a member: its texts are looked at one by one.
      if (inPayload || inExtra(segment, row)) hits[row] = 1;
      // One that runs over into the next message is in neither.
      at = next(data, at + length <= end ? end : at + 1);
    }
    if (isEscaped) {
      for (row = 0; row < count; row += 1) {
        if (hits[row] === 0 && inExtra(segment, row)) hits[row] = 1;
      }
    }
    return (each) => hits[each] === 1;
  };
}

/**
 * Boyer-Moore-Horspool: looks at one byte in about as many as the needle is long, in either case
 * at no extra cost. (Buffer.indexOf takes ten times as long for a needle that begins with a byte
 * as common as a quotation mark.)
 */
function createByteSearch(
  needle: Uint8Array,
  matchCase: boolean,
): (hay: Uint8Array, from: number) => number {
  const fold = Uint8Array.from({ length: 256 }, (_, byte) => (matchCase ? byte : foldedByte(byte)));
  const wanted = needle.map((byte) => fold[byte] ?? 0);
  const last = wanted.length - 1;
  const lastByte = wanted[last] ?? 0;
  // For each byte, how far the needle may move when that byte stands under its end.
  const skip = new Uint32Array(256).fill(wanted.length);
  for (let byte = 0; byte < 256; byte += 1) {
    const nearest = wanted.subarray(0, last).lastIndexOf(fold[byte] ?? 0);
    if (nearest !== -1) skip[byte] = last - nearest;
  }
  return (hay, from) => {
    for (let end = from + last; end < hay.length;) {
      const byte = hay[end] ?? 0;
      if (fold[byte] === lastByte) {
        let n = last - 1;
        while (n >= 0 && fold[hay[end - last + n] ?? 0] === wanted[n]) n -= 1;
        if (n < 0) return end - last;
      }
      end += skip[byte] ?? 1;
    }
    return -1;
  };
}

/** ASCII capitals become small; bytes of longer characters are never in that range. */
function foldedByte(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
