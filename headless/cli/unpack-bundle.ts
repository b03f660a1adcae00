import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Unzip, UnzipInflate } from 'fflate';
import { BUNDLE_ENTRY } from '#core/contract';
import { HeadlessError } from '../errors.ts';

/** Sixteen images and one file about them; the rest may be notes. */
const ENTRIES_LIMIT = 64;
/** Of all together: a small zip can hold a flood. */
const UNPACKED_LIMIT = 4_294_967_296;

/**
 * Unpacks an `.otabundle` into a folder of its own, piece by piece, and nowhere else.
 *
 * @throws HeadlessError BUNDLE_FILE
 */
export async function unpackBundle(
  path: string,
): Promise<{ file: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'ota-bundle-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    await unpack(path, dir);
    return { file: join(dir, BUNDLE_ENTRY), remove };
  } catch (error) {
    await remove();
    throw refuse(path, error instanceof Error ? error.message : String(error), error);
  }
}

type Piece = { name: string; bytes: Uint8Array };

async function unpack(path: string, dir: string): Promise<void> {
  const files = new Map<string, FileHandle>();
  let pieces: Piece[] = [];
  let unpacked = 0;
  let entries = 0;
  const unzip = new Unzip((entry) => {
    if (entry.name.endsWith('/')) return;
    if ((entries += 1) > ENTRIES_LIMIT)
      throw new Error(`more than ${ENTRIES_LIMIT} files are in it`);
    entry.ondata = (error, bytes) => {
      if (error !== null) throw error;
      if ((unpacked += bytes.length) > UNPACKED_LIMIT)
        throw new Error('it unpacks to more than 4 GiB');
      pieces.push({ name: entry.name, bytes });
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  const write = async (): Promise<void> => {
    for (const { name, bytes } of pieces) {
      const known = files.get(name) ?? (await create(dir, name));
      files.set(name, known);
      await known.write(bytes);
    }
    pieces = [];
  };
  try {
    for await (const piece of createReadStream(path)) {
      unzip.push(piece as Uint8Array);
      await write();
    }
    unzip.push(new Uint8Array(), true);
    await write();
  } finally {
    for (const file of files.values()) await file.close();
  }
  if (!files.has(BUNDLE_ENTRY)) throw new Error(`there is no ${BUNDLE_ENTRY} in it`);
}

/** A name in a zip may lead anywhere (`../`, `C:\`): only what stays inside is written. */
async function create(dir: string, name: string): Promise<FileHandle> {
  const target = resolve(dir, name);
  const inside = relative(dir, target);
  if (inside === '' || inside.startsWith('..') || name.includes('\\') || name.includes(':')) {
    throw new Error(`${name} leads out of it`);
  }
  if (inside.includes(sep)) await mkdir(dirname(target), { recursive: true });
  return open(target, 'wx', 0o600);
}

const refuse = (path: string, reason: string, cause: unknown): HeadlessError =>
  new HeadlessError('BUNDLE_FILE', `${path}: ${reason}`, {
    next: 'make it again as docs/PROTOCOL.md, “Bundles”, describes it',
    cause,
  });
