import { mkdir, open, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '#core/storage';

/** Bytes read, written and hashed at a time: large enough for speed, short enough to be stopped. */
export const CHUNK_BYTES = 1_048_576;

const SMALLEST_PIECE_BYTES = 4_096;

/** One open file. Offsets and lengths in bytes. */
export interface OpenFile {
  read(buffer: Uint8Array, position: number): Promise<number>;
  write(bytes: Uint8Array, position: number): Promise<void>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** The disk as the DCU sees it. Passed in, so that its power can be cut at any operation. */
export interface Files {
  makeFolder(path: string): Promise<void>;
  /** For reading and writing; made when `create` and not there. */
  open(path: string, create: boolean): Promise<OpenFile>;
  /** Null when there is no such file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Null when there is no such file. */
  size(path: string): Promise<number | null>;
  /** Differs after every change of the file; null when there is no such file. */
  stamp(path: string): Promise<string | null>;
  /** Atomic; both names in one folder, which is synced after. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. */
  remove(path: string): Promise<void>;
  freeBytes(folder: string): Promise<number>;
}

export const diskFiles: Files = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true });
  },
  open: async (path, create) => {
    try {
      return await openDisk(path, 'r+');
    } catch (error) {
      if (!create || !isMissing(error)) throw error;
      const file = await openDisk(path, 'wx+');
      await syncDirectory(dirname(path));
      return file;
    }
  },
  read: async (path) => {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  size: async (path) => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  stamp: async (path) => {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      return [ino, size, mtimeNs, ctimeNs].join(':');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  rename: async (from, to) => {
    await rename(from, to);
    await syncDirectory(dirname(to));
  },
  remove: async (path) => {
    await rm(path, { force: true });
  },
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

async function openDisk(path: string, flags: 'r+' | 'wx+'): Promise<OpenFile> {
  const handle = await open(path, flags, 0o600);
  return {
    read: async (buffer, position) =>
      (await handle.read(buffer, 0, buffer.byteLength, position)).bytesRead,
    write: async (bytes, position) => {
      let done = 0;
      while (done < bytes.byteLength) {
        const { bytesWritten } = await handle.write(
          bytes,
          done,
          bytes.byteLength - done,
          position + done,
        );
        done += bytesWritten;
      }
    },
    truncate: (length) => handle.truncate(length),
    sync: () => handle.sync(),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/**
 * A file from its first byte to its last, each piece valid until the next is asked for: the one
 * after it is read meanwhile.
 */
export async function* piecesOf(
  file: OpenFile,
  most: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // A small file needs no large buffers; one that grows meanwhile is read in more pieces.
  const size = Math.min(most, Math.max(await file.size(), SMALLEST_PIECE_BYTES));
  const halves = [new Uint8Array(size), new Uint8Array(size)] as const;
  let position = 0;
  let reading = file.read(halves[0], 0);
  try {
    for (let turn = 0; ; turn += 1) {
      signal?.throwIfAborted();
      const [mine, other] = turn % 2 === 0 ? halves : [halves[1], halves[0]];
      const count = await reading;
      if (count === 0) return;
      position += count;
      reading = file.read(other, position);
      // A rejection is heard at the next turn, or by nobody when there is none.
      reading.catch(() => undefined);
      yield mine.subarray(0, count);
    }
  } finally {
    // The file must not be closed under a read.
    await reading.catch(() => undefined);
  }
}

/** Replaces a file by `bytes`: after a power cut it holds the old content or the new one. */
export async function replaceFile(files: Files, path: string, bytes: Uint8Array): Promise<void> {
  // One writer for each path, so that a fixed name leaves no litter behind after a kill.
  const temporary = `${path}.new`;
  const file = await files.open(temporary, true);
  try {
    await file.truncate(0);
    await file.write(bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
}
