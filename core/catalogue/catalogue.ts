import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { systemRandom, type Clock, type Random } from '#core/ports';
import { CatalogueError } from './errors.ts';
import { firmwareFileLength, readFirmwareFile } from './firmware-file.ts';
import { openImageWriter, type ImageWriter } from './image-writer.ts';
import { createImages } from './images.ts';
import { cleanName } from './name.ts';
import { writingError } from './refusals.ts';
import { findStrays } from './strays.ts';
import { asManifest, openTables } from './tables.ts';
import type { Artifact, Catalogue } from './types.ts';
import { createUploads } from './uploads.ts';

export type CatalogueOptions = {
  readonly db: DatabaseSync;
  /** The workspace's folder for images; `sha256/` and `incoming/` are made in it. */
  readonly dir: string;
  readonly clock: Clock;
  readonly random?: Random;
};

/**
 * Opens the store of images and releases. Whatever an earlier process left half written is
 * removed, an image it left without a row is listed; the workspace's lock makes sure that there
 * is no other process.
 *
 * @throws CatalogueError STORE_UNWRITABLE, DISK_FULL
 */
export function createCatalogue({ db, dir, clock, random }: CatalogueOptions): Catalogue {
  const incoming = join(dir, 'incoming');
  const store = join(dir, 'sha256');
  makeFolders(incoming, store);
  const { artifacts, releases } = openTables(db);
  const isKnown = (sha256: string): boolean => artifacts.get(sha256) !== null;
  for (const stray of findStrays(store, isKnown)) artifacts.put(stray);
  const images = createImages(store);
  const closing = new AbortController();
  const importing = new Set<Promise<unknown>>();

  /** File first, row second: a row never speaks of an image that is not there. */
  const keep = async (writer: ImageWriter, name: string): Promise<Artifact> => {
    const image = await writer.finish();
    await images.adopt(image);
    const artifact = { sha256: image.sha256, length: image.length, name: cleanName(name) };
    artifacts.put(artifact);
    return artifact;
  };
  const openWriter = async (size?: number): Promise<ImageWriter> => {
    closing.signal.throwIfAborted();
    const writer = await openImageWriter(incoming, size);
    if (closing.signal.aborted) await writer.discard();
    closing.signal.throwIfAborted();
    return writer;
  };
  const uploads = createUploads({ clock, random: random ?? systemRandom, openWriter, keep });

  const importImage: Catalogue['importImage'] = async (source, options) => {
    const { name, signal, onProgress } = options;
    const aborted = AbortSignal.any(signal ? [signal, closing.signal] : [closing.signal]);
    aborted.throwIfAborted();
    const pieces = 'path' in source ? readFirmwareFile(source.path) : source;
    const length =
      options.expectedLength ??
      ('path' in source ? await firmwareFileLength(source.path) : undefined);
    const writer = await openWriter(length);
    try {
      for await (const piece of untilAborted(pieces, aborted)) {
        await writer.write(piece);
        onProgress?.(writer.received);
      }
      aborted.throwIfAborted();
      return await keep(writer, name);
    } finally {
      await writer.discard();
    }
  };

  return {
    importImage: (source, options) => {
      const work = importImage(source, options);
      importing.add(work);
      void work.then(
        () => importing.delete(work),
        () => importing.delete(work),
      );
      return work;
    },
    uploads,
    artifact: (sha256) => artifacts.get(sha256),
    artifacts: () => artifacts.all(),
    artifactPath: (sha256) => images.path(sha256),
    open: (sha256, range) => images.open(sha256, range),
    verifyImage: (sha256, length) => images.verify(sha256, length),
    addRelease: (manifest) => {
      releases.add(manifest);
    },
    release(releaseId) {
      const text = releases.text(releaseId);
      return text === null ? null : asManifest(text);
    },
    removeRelease: (releaseId) => {
      releases.remove(releaseId);
    },
    async removeArtifact(sha256) {
      artifacts.remove(sha256);
      await rm(images.path(sha256), { force: true });
    },
    releaseText: (releaseId) => releases.text(releaseId),
    releaseByVersion: (version, hardwareId) => releases.byVersion(version, hardwareId),
    releases: () => releases.all(),
    async close() {
      closing.abort(
        new CatalogueError('CATALOGUE_CLOSED', 'the bench is closing', {
          next: 'Start the bench again and repeat it.',
        }),
      );
      await uploads.close();
      await Promise.allSettled(importing);
    },
  };
}

/** Stops waiting for the next piece at once, also of a source that never gives one. */
async function* untilAborted(
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const stop = Promise.withResolvers<never>();
  stop.promise.catch(() => undefined);
  const onAbort = (): void => {
    stop.reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = pieces[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await Promise.race([iterator.next(), stop.promise]);
      ended = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs in `next` would hang here too.
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function makeFolders(incoming: string, store: string): void {
  try {
    rmSync(incoming, { recursive: true, force: true });
    mkdirSync(incoming, { recursive: true });
    mkdirSync(store, { recursive: true });
  } catch (error) {
    throw writingError(error);
  }
}
