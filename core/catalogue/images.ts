import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { syncDirectory } from '#core/storage';
import { CatalogueError } from './errors.ts';
import type { WrittenImage } from './image-writer.ts';
import { errnoOf, imageMissing, messageOf, writingError } from './refusals.ts';

/** Hashing goes in pieces of this size, between which everything else has its turn. */
const PIECE_BYTES = 262_144;

/** Read ahead for one download, so that its connection never waits for the disk. */
const SENT_BYTES = 1_048_576;

/**
 * One to read, one to find the stamp unchanged; twice more for a backup program that touches the
 * file just then.
 */
const VERIFY_ROUNDS = 4;

/** The image files, each under its hash. Knows nothing about names or releases. */
export interface Images {
  path(sha256: string): string;
  /** Gives a written image its place. One that is there and whole stays. */
  adopt(image: WrittenImage): Promise<void>;
  open(sha256: string, range?: { readonly start?: number; readonly end?: number }): Readable;
  verify(sha256: string, length: number): Promise<'ok'>;
}

export function createImages(folder: string): Images {
  /** Which very file was found to have its hash: a change of the file changes its stamp. */
  const verified = new Map<string, string>();
  const verifying = new Map<string, Promise<string>>();

  const pathOf = (sha256: string): string => {
    // Also keeps whatever a peer calls a hash from leaving the folder.
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw imageMissing(JSON.stringify(sha256.slice(0, 80)));
    return join(folder, sha256.slice(0, 2), sha256);
  };

  /** The hash of this very file, computed once for all who ask about it meanwhile. */
  const rehash = (sha256: string, stamp: string): Promise<string> => {
    const key = `${sha256} ${stamp}`;
    const running =
      verifying.get(key) ?? hashOf(pathOf(sha256), sha256).finally(() => verifying.delete(key));
    verifying.set(key, running);
    return running;
  };

  const verify = async (sha256: string, length: number): Promise<'ok'> => {
    const path = pathOf(sha256);
    for (let round = 1; round <= VERIFY_ROUNDS; round += 1) {
      const { stamp, size } = await stampOf(path, sha256);
      if (size !== BigInt(length)) throw wrongLength(sha256, Number(size), length);
      if (verified.get(sha256) === stamp) return 'ok';
      const actual = await rehash(sha256, stamp);
      if (actual !== sha256) throw wrongHash(sha256, actual);
      // Other bytes may lie there by now: then those are asked for, not the ones that were read.
      if ((await stampOf(path, sha256)).stamp === stamp) verified.set(sha256, stamp);
    }
    throw restless(sha256);
  };

  return {
    path: pathOf,
    verify,
    async adopt({ path, sha256, length }) {
      const target = pathOf(sha256);
      const whole = await verify(sha256, length).catch(() => null);
      if (whole === 'ok') return;
      try {
        await mkdir(dirname(target), { recursive: true });
        await rename(path, target);
        await syncDirectory(dirname(target));
        await syncDirectory(folder);
      } catch (error) {
        throw writingError(error);
      }
      verified.set(sha256, (await stampOf(target, sha256)).stamp);
    },
    open(sha256, range = {}) {
      const path = pathOf(sha256);
      const size = sizeNow(path, sha256);
      const { start = 0, end = size - 1 } = range;
      const sound = Number.isSafeInteger(start) && Number.isSafeInteger(end);
      if (!sound || start < 0 || end < start || end >= size) throw wrongRange(start, end, size);
      return createReadStream(path, { start, end, highWaterMark: SENT_BYTES });
    },
  };
}

async function hashOf(path: string, sha256: string): Promise<string> {
  const hash = createHash('sha256');
  const pieces = createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>;
  try {
    for await (const piece of pieces) hash.update(piece);
  } catch (error) {
    throw readingError(sha256, error);
  }
  return hash.digest('hex');
}

async function stampOf(path: string, sha256: string): Promise<{ stamp: string; size: bigint }> {
  try {
    const stats = await stat(path, { bigint: true });
    const { ino, size, mtimeNs, ctimeNs } = stats;
    if (!stats.isFile()) throw new Error('it is no file');
    return { stamp: [ino, size, mtimeNs, ctimeNs].join(':'), size };
  } catch (error) {
    throw readingError(sha256, error);
  }
}

function sizeNow(path: string, sha256: string): number {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new Error('it is no file');
    return stats.size;
  } catch (error) {
    throw readingError(sha256, error);
  }
}

function readingError(sha256: string, error: unknown): CatalogueError {
  if (errnoOf(error) === 'ENOENT') return imageMissing(sha256, error);
  return new CatalogueError(
    'IMAGE_MISSING',
    `image ${sha256} cannot be read: ${messageOf(error)}`,
    {
      next: 'Check the workspace folder, or import the firmware file again.',
      cause: error,
    },
  );
}

function wrongLength(sha256: string, actual: number, expected: number): CatalogueError {
  return new CatalogueError(
    'IMAGE_LENGTH',
    `image ${sha256} has ${actual} bytes, the release says ${expected}`,
    { next: 'Import the firmware file again, or sign a release for the image that is there.' },
  );
}

function wrongHash(sha256: string, actual: string): CatalogueError {
  return new CatalogueError('IMAGE_HASH', `image ${sha256} has the hash ${actual}`, {
    next: 'The file in the store was altered: import the firmware file again.',
  });
}

function restless(sha256: string): CatalogueError {
  return new CatalogueError('IMAGE_HASH', `image ${sha256} changes while it is read`, {
    next: 'Find the program that writes to the workspace folder, then import the file again.',
  });
}

function wrongRange(start: number, end: number, size: number): CatalogueError {
  return new CatalogueError(
    'RANGE_INVALID',
    `bytes ${start} to ${end} are not within an image of ${size} bytes`,
    { next: 'Ask for bytes the image has.' },
  );
}
