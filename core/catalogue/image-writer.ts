import { createHash, randomUUID } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FIRMWARE_SIZE_LIMIT } from '#core/contract';
import { CatalogueError } from './errors.ts';
import { diskFull, writingError } from './refusals.ts';

/** Bytes on their way into the store: a temporary file and its hash so far. */
export interface ImageWriter {
  readonly received: number;
  /** In order. LENGTH_MISMATCH or FIRMWARE_TOO_LARGE at the first excess byte. */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything is on the disk when it resolves. FIRMWARE_EMPTY, LENGTH_MISMATCH. */
  finish(): Promise<WrittenImage>;
  /** Removes the temporary file; again, or after `finish` and the file's move, does nothing. */
  discard(): Promise<void>;
}

export type WrittenImage = {
  readonly path: string;
  readonly sha256: string;
  readonly length: number;
};

export async function openImageWriter(
  folder: string,
  expectedLength: number | undefined,
): Promise<ImageWriter> {
  if (expectedLength !== undefined) await checkAnnounced(folder, expectedLength);
  const path = join(folder, `${randomUUID()}.part`);
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw writingError(error);
  });
  let received = 0;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await file.close();
  };

  return {
    get received() {
      return received;
    },
    async write(bytes) {
      checkExcess(received + bytes.byteLength, expectedLength);
      try {
        // One write may take fewer bytes than it was given.
        for (let done = 0; done < bytes.byteLength;) {
          done += (await file.write(bytes, done)).bytesWritten;
        }
      } catch (error) {
        throw writingError(error);
      }
      hash.update(bytes);
      received += bytes.byteLength;
    },
    async finish() {
      if (received === 0) throw empty();
      if (expectedLength !== undefined && received !== expectedLength) {
        throw lengthMismatch(received, expectedLength);
      }
      try {
        await file.sync();
        await close();
      } catch (error) {
        throw writingError(error);
      }
      return { path, sha256: hash.digest('hex'), length: received };
    },
    async discard() {
      await close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

/** Refuses before the first byte what cannot end well. */
async function checkAnnounced(folder: string, length: number): Promise<void> {
  if (length === 0) throw empty();
  if (length > FIRMWARE_SIZE_LIMIT) throw tooLarge(length);
  const disk = await statfs(folder).catch((error: unknown) => {
    throw writingError(error);
  });
  if (disk.bavail * disk.bsize < length) throw diskFull(length);
}

function checkExcess(length: number, expected: number | undefined): void {
  if (expected !== undefined && length > expected) throw lengthMismatch(length, expected);
  if (length > FIRMWARE_SIZE_LIMIT) throw tooLarge(length);
}

function empty(): CatalogueError {
  return new CatalogueError('FIRMWARE_EMPTY', 'the firmware file has no bytes', {
    next: 'Choose the file that holds the image.',
  });
}

function tooLarge(length: number): CatalogueError {
  return new CatalogueError(
    'FIRMWARE_TOO_LARGE',
    `${length} bytes are more than the ${FIRMWARE_SIZE_LIMIT} an image may have`,
    { next: 'Split the image over several ECUs or releases.' },
  );
}

function lengthMismatch(received: number, expected: number): CatalogueError {
  const more = received > expected;
  return new CatalogueError(
    'LENGTH_MISMATCH',
    `${expected} bytes were announced and ${more ? 'more' : `only ${received}`} came`,
    { next: 'Start again with the whole file; it may have changed meanwhile.' },
  );
}
