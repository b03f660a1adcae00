import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { changed, errnoOf, folder, messageOf, unreadable, vanished } from './refusals.ts';

/** Large enough that the disk and not the number of calls decides the speed. */
const PIECE_BYTES = 1_048_576;

/**
 * Somebody's firmware file, in pieces. Each piece lies in the same buffer: it holds until the
 * next one is asked for.
 *
 * @throws CatalogueError FIRMWARE_IS_FOLDER, FIRMWARE_VANISHED, FIRMWARE_UNREADABLE, FIRMWARE_CHANGED
 */
export async function* readFirmwareFile(path: string): AsyncGenerator<Uint8Array, void> {
  const file = await openRegular(path);
  try {
    const before = await file.stat({ bigint: true });
    const buffer = new Uint8Array(PIECE_BYTES);
    let offset = 0;
    for (;;) {
      const { bytesRead } = await file
        .read(buffer, 0, PIECE_BYTES, offset)
        .catch((error: unknown) => {
          throw openingError(path, error);
        });
      if (bytesRead === 0) break;
      offset += bytesRead;
      if (BigInt(offset) > before.size) throw changed(path);
      yield buffer.subarray(0, bytesRead);
    }
    const after = await file.stat({ bigint: true });
    if (!sameContent(before, after) || BigInt(offset) !== before.size) throw changed(path);
  } finally {
    await file.close();
  }
}

/** Length of the file now, to announce it; the same refusals as reading it. */
export async function firmwareFileLength(path: string): Promise<number> {
  const file = await openRegular(path);
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  try {
    refuseIrregular(path, await stat(path, { bigint: true }));
    // O_NONBLOCK: should a pipe take the file's place right now, opening it must not wait for a writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      refuseIrregular(path, await file.stat({ bigint: true }));
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    throw openingError(path, error);
  }
}

function refuseIrregular(path: string, stats: BigIntStats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw folder(path);
  throw unreadable(path, 'it is a device, a pipe or a socket');
}

function openingError(path: string, error: unknown): unknown {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ESTALE':
      return vanished(path, error);
    case 'EISDIR':
      return folder(path);
    case null:
    case 'FIRMWARE_IS_FOLDER':
    case 'FIRMWARE_UNREADABLE':
      return error;
    default:
      return unreadable(path, messageOf(error), error);
  }
}

function sameContent(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}
