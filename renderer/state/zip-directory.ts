/** What of a zip file's directory matters here; APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16. */
export type ZipEntry = {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc: number;
  /** Bytes in the file, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly at: number;
};

export type ZipFault = 'cut-off' | 'too-many' | 'damaged' | 'encrypted' | 'twice' | 'unsafe-name';

export class ZipError extends Error {
  readonly fault: ZipFault;
  /** Of the entry that is meant; empty where it is the whole. */
  readonly entry: string;

  constructor(fault: ZipFault, entry = '') {
    super(fault);
    this.fault = fault;
    this.entry = entry;
  }
}

const END = 0x06054b50;
const END_BYTES = 22;
/** A comment at the end is at most so long. */
const COMMENT_LIMIT = 65_535;
const CENTRAL = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
/** Every one of them with the longest of names, extras and comments is still smaller. */
const DIRECTORY_LIMIT = 16_777_216;

/**
 * Reads the directory at the end of a zip. What a zip says at its front alone, entry by entry, may be
 * cut off anywhere without a trace, and may name one thing twice.
 *
 * @throws ZipError for one that is no zip, is cut off, or has more than `limit` entries
 */
export async function readDirectory(file: Blob, limit: number): Promise<Map<string, ZipEntry>> {
  const tailAt = Math.max(0, file.size - END_BYTES - COMMENT_LIMIT);
  const tail = await viewOf(file, tailAt, file.size);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new ZipError('cut-off');
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const at = tail.getUint32(end + 16, true);
  if (count > limit) throw new ZipError('too-many');
  if (size > DIRECTORY_LIMIT || at + size > tailAt + end) throw new ZipError('damaged');

  const view = await viewOf(file, at, at + size);
  const entries = new Map<string, ZipEntry>();
  let next = 0;
  for (let n = 0; n < count; n += 1) {
    if (next + CENTRAL_BYTES > size || view.getUint32(next, true) !== CENTRAL)
      throw new ZipError('damaged');
    const lengths = [28, 30, 32].map((field) => view.getUint16(next + field, true));
    const [nameBytes = 0] = lengths;
    const after = next + CENTRAL_BYTES + lengths.reduce((sum, each) => sum + each, 0);
    if (after > size) throw new ZipError('damaged');
    const name = textAt(view, next + CENTRAL_BYTES, nameBytes);
    if (!name.endsWith('/')) {
      if (entries.has(name)) throw new ZipError('twice', name);
      entries.set(name, entryAt(view, next, name));
    }
    next = after;
  }
  return entries;
}

/** Where the bytes of an entry lie. @throws ZipError where its own header does not speak of it */
export async function packedBytes(file: Blob, entry: ZipEntry): Promise<Blob> {
  const nameBytes = new TextEncoder().encode(entry.name).length;
  const head = await viewOf(file, entry.at, entry.at + LOCAL_BYTES + nameBytes);
  const fits =
    head.byteLength === LOCAL_BYTES + nameBytes &&
    head.getUint32(0, true) === LOCAL &&
    head.getUint16(26, true) === nameBytes &&
    textAt(head, LOCAL_BYTES, nameBytes) === entry.name;
  if (!fits) throw new ZipError('damaged', entry.name);
  const from = entry.at + LOCAL_BYTES + nameBytes + head.getUint16(28, true);
  if (from + entry.packed > file.size) throw new ZipError('cut-off', entry.name);
  return file.slice(from, from + entry.packed);
}

function entryAt(view: DataView, at: number, name: string): ZipEntry {
  // Nothing is written by these names, but what has such a one was made to be written over something.
  const parts = name.split('/');
  const isUnsafe = /[\\\0:]/.test(name) || parts.includes('..') || parts[0] === '';
  if (isUnsafe) throw new ZipError('unsafe-name', name);
  if ((view.getUint16(at + 8, true) & 1) === 1) throw new ZipError('encrypted', name);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) throw new ZipError('damaged', name);
  return {
    name,
    method: method === 0 ? 'stored' : 'deflated',
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
  };
}

async function viewOf(file: Blob, from: number, to: number): Promise<DataView> {
  return new DataView(await file.slice(from, to).arrayBuffer());
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, at, length));
}
