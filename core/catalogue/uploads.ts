import { FIRMWARE_CHUNK_LIMIT } from '#core/contract';
import type { Clock, Random } from '#core/ports';
import { CatalogueError } from './errors.ts';
import type { ImageWriter } from './image-writer.ts';
import type { Artifact, Uploads } from './types.ts';

/** A person uploads one file, perhaps two; more is somebody filling the disk. */
const MOST_AT_ONCE = 4;
/** The window was closed, or the network went: nobody comes back for it. */
const IDLE_LIMIT_MS = 120_000;

type Upload = {
  readonly name: string;
  readonly writer: ImageWriter;
  /** A piece is being written, or the end is being worked on. */
  busy: boolean;
  /** Its last byte is there: it becomes an image, and is no longer to be aborted. */
  finishing: boolean;
  touchedAt: number;
  /** Ends the watch for idleness. */
  readonly over: AbortController;
};

export type UploadDeps = {
  readonly clock: Clock;
  readonly random: Random;
  readonly openWriter: (size: number) => Promise<ImageWriter>;
  readonly keep: (writer: ImageWriter, name: string) => Promise<Artifact>;
};

export function createUploads(deps: UploadDeps): Uploads & { close(): Promise<void> } {
  const { clock, random } = deps;
  const uploads = new Map<string, Upload>();
  /** Places taken by `begin` calls which wait for the disk. */
  let opening = 0;
  /** Calls that a closing store waits for: it may be taken away under them otherwise. */
  const working = new Set<Promise<unknown>>();
  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    working.add(work);
    try {
      return await work;
    } finally {
      working.delete(work);
    }
  };

  const find = (uploadId: string): Upload => {
    const upload = uploads.get(uploadId);
    if (!upload) throw unknown();
    if (upload.busy) throw busy();
    return upload;
  };

  /** Takes it off the list first: nobody adds to an upload that is being removed. */
  const remove = async (uploadId: string): Promise<void> => {
    const upload = uploads.get(uploadId);
    if (!upload) return;
    uploads.delete(uploadId);
    upload.over.abort();
    await upload.writer.discard();
  };

  const expireWhenIdle = async (uploadId: string, upload: Upload): Promise<void> => {
    const { signal } = upload.over;
    for (;;) {
      const left = upload.touchedAt + IDLE_LIMIT_MS - clock.monotonic();
      if (left <= 0 && !upload.busy) break;
      await clock.sleep(left > 0 ? left : IDLE_LIMIT_MS, signal);
    }
    await remove(uploadId);
  };

  const begin: Uploads['begin'] = async ({ name, size }) => {
    if (uploads.size + opening >= MOST_AT_ONCE) throw tooMany();
    opening += 1;
    try {
      const writer = await deps.openWriter(size);
      const uploadId = random.uuid();
      const over = new AbortController();
      const touchedAt = clock.monotonic();
      const upload = { name, writer, busy: false, finishing: false, touchedAt, over };
      uploads.set(uploadId, upload);
      // Ends with the upload, by `over`.
      void expireWhenIdle(uploadId, upload).catch(() => undefined);
      return { uploadId };
    } finally {
      opening -= 1;
    }
  };

  const finish: Uploads['finish'] = async (uploadId) => {
    const upload = find(uploadId);
    upload.busy = upload.finishing = true;
    try {
      return await deps.keep(upload.writer, upload.name);
    } finally {
      await remove(uploadId);
    }
  };

  return {
    begin: (upload) => tracked(begin(upload)),
    finish: (uploadId) => tracked(finish(uploadId)),
    async chunk(uploadId, offset, bytes) {
      const upload = find(uploadId);
      if (bytes.byteLength > FIRMWARE_CHUNK_LIMIT) throw chunkTooLarge(bytes.byteLength);
      const { writer } = upload;
      if (offset !== writer.received) throw wrongOffset(offset, writer.received);
      upload.busy = true;
      try {
        await writer.write(bytes);
      } catch (error) {
        // After a failed write nobody knows what the file holds.
        await remove(uploadId);
        throw error;
      } finally {
        upload.busy = false;
        upload.touchedAt = clock.monotonic();
      }
      return { received: writer.received };
    },
    async abort(uploadId) {
      const upload = uploads.get(uploadId);
      if (!upload || upload.finishing) return false;
      await remove(uploadId);
      return true;
    },
    async close() {
      const open = [...uploads].filter(([, upload]) => !upload.finishing);
      await Promise.all(open.map(([uploadId]) => remove(uploadId)));
      await Promise.allSettled(working);
    },
  };
}

function unknown(): CatalogueError {
  return new CatalogueError('UPLOAD_UNKNOWN', 'there is no such upload', {
    next: `Start it again; an upload that rests for ${IDLE_LIMIT_MS / 1_000} seconds is dropped.`,
  });
}

function busy(): CatalogueError {
  return new CatalogueError('UPLOAD_BUSY', 'an earlier piece of this upload is being written', {
    next: 'Send one piece after the other.',
  });
}

function tooMany(): CatalogueError {
  return new CatalogueError('UPLOAD_TOO_MANY', `${MOST_AT_ONCE} uploads are under way`, {
    next: 'Wait for one of them, or cancel one.',
  });
}

function chunkTooLarge(length: number): CatalogueError {
  return new CatalogueError(
    'UPLOAD_CHUNK_TOO_LARGE',
    `a piece of ${length} bytes is more than the ${FIRMWARE_CHUNK_LIMIT} allowed`,
    { next: 'Send smaller pieces.' },
  );
}

function wrongOffset(offset: number, received: number): CatalogueError {
  return new CatalogueError(
    'UPLOAD_OFFSET',
    `the piece begins at ${offset}, the next byte wanted is ${received}`,
    { next: `Go on at ${received}.` },
  );
}
