import { chosen, type Book } from './book.ts';

type Block = {
  readonly offset: number;
  readonly totalLength: number;
  readonly data: string;
};

/** As far as it can be read; whether it is believed is the vehicle's business. */
export function readBlock(payload: Uint8Array): { block: Block; text: string } | null {
  try {
    const text = Buffer.from(payload).toString('utf8');
    const { offset, totalLength, data } = JSON.parse(text) as Record<string, unknown>;
    if (typeof offset !== 'number' || typeof data !== 'string') return null;
    const total = typeof totalLength === 'number' ? totalLength : 0;
    return { block: { offset, totalLength: total, data }, text };
  } catch {
    return null;
  }
}

export function bytesOf({ data }: Block): number {
  return Math.floor((data.length * 3) / 4);
}

/** The block with one bit of its image's bytes the other way round, if it is this block's turn. */
export function flipInBlock(book: Book, payload: Uint8Array): Uint8Array {
  const [armed] = book.live('bitFlipInTransit');
  const read = armed && readBlock(payload);
  if (!armed || !read) return payload;
  const { block, text } = read;
  const at = chosen(armed, 'at', armed.fault.atByte, block.totalLength) - block.offset;
  const bytes = Buffer.from(block.data, 'base64url');
  if (at < 0 || at >= bytes.byteLength) return payload;
  book.strike(armed, 'spent');
  bytes[at] = (bytes[at] ?? 0) ^ (1 << chosen(armed, 'bit', armed.fault.bit, 8));
  return new Uint8Array(Buffer.from(text.replace(block.data, bytes.toString('base64url'))));
}
