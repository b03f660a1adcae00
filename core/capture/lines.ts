/** A line, or what is known of one that is no text or too long. */
export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly text: string }
  | { readonly kind: 'long'; readonly number: number }
  | { readonly kind: 'not utf-8'; readonly number: number }
  /** The last line lacks its end: the file may be cut off. */
  | { readonly kind: 'cut'; readonly number: number; readonly text: string };

const LF = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lines of a stream of bytes, numbered from 1. Of a line longer than `limit` bytes nothing is
 * kept, so that no file can fill the memory. Empty lines are passed over.
 */
export async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Line, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 0;
  const finish = (cut: boolean): Line | null => {
    number += 1;
    const bytes = Buffer.concat(parts);
    const tooLong = size > limit;
    parts = [];
    size = 0;
    if (tooLong) return { kind: 'long', number };
    const text = decode(bytes);
    if (text === null) return { kind: 'not utf-8', number };
    if (/^\s*$/.test(text)) return null;
    return { kind: cut ? 'cut' : 'line', number, text };
  };

  for await (const chunk of source) {
    let from = 0;
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, from)) {
      size += to - from;
      if (size <= limit) parts.push(chunk.subarray(from, to));
      const line = finish(false);
      if (line) yield line;
      from = to + 1;
    }
    const rest = chunk.subarray(from);
    size += rest.byteLength;
    // Whoever reads the file may use its buffer again.
    if (size <= limit && rest.byteLength > 0) parts.push(rest.slice());
    if (size > limit) parts = [];
  }
  if (size === 0) return;
  const line = finish(true);
  if (line) yield line;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
