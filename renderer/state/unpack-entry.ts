import { packedBytes, ZipError, type ZipEntry } from './zip-directory.ts';

/**
 * The bytes of one entry, measured while they come: never more than the directory says, and none where
 * their sum is another. The browser may keep what comes out outside of the page's memory.
 *
 * @throws ZipError
 */
export async function unpackEntry(file: Blob, entry: ZipEntry): Promise<Blob> {
  const packed = (await packedBytes(file, entry)).stream();
  let size = 0;
  let crc = 0xffff_ffff;
  const measured = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (piece, out) => {
      size += piece.length;
      if (size > entry.size) throw new ZipError('damaged', entry.name);
      crc = crcOver(crc, piece);
      out.enqueue(piece);
    },
  });
  let bytes: Blob;
  try {
    const plain =
      entry.method === 'stored'
        ? packed
        : packed.pipeThrough(new DecompressionStream('deflate-raw'));
    bytes = await new Response(plain.pipeThrough(measured)).blob();
  } catch {
    throw new ZipError('damaged', entry.name);
  }
  if (size !== entry.size || (crc ^ 0xffff_ffff) >>> 0 !== entry.crc)
    throw new ZipError('damaged', entry.name);
  return bytes;
}

/** CRC-32 as zip has it, ISO 3309: the polynomial 0x04C11DB7, reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1)
    value = value & 1 ? 0xedb8_8320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crcOver(crc: number, bytes: Uint8Array): number {
  let value = crc;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return value;
}
