import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import type { FirmwareRef } from '#core/protocol';
import { refuse } from './errors.ts';
import type { Checkpoint } from './events.ts';
import { CHUNK_BYTES, type Files, type OpenFile } from './files.ts';

/** A checkpoint is due after this many bytes, which bounds what one sync has to bring to disk… */
const CHECKPOINT_BYTES = 33_554_432;
/** …or this long, so that a power cut costs about a second of any link. */
const CHECKPOINT_MS = 1_000;

/** The image on its way in: a file, and the hash of what it holds so far. */
export interface Staging {
  /** Bytes taken so far; the next byte's offset. */
  readonly received: number;
  /** [D4] Refuses the first byte too many before it is stored. */
  take(bytes: Uint8Array): Promise<void>;
  /** Forgets everything and begins at byte 0. */
  restart(): Promise<void>;
  /** A checkpoint when one is due; its bytes are on disk. */
  checkpoint(now: number): Promise<{ received: number; sha256: string } | null>;
  /** [D4] Length and hash agree and all is on disk, or it throws. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export function stagedPath(dir: string, sha256: string): string {
  return join(dir, 'staged', `${sha256}.part`);
}

/**
 * Opens the staged file at the last checkpoint. What lies behind the checkpoint may not have
 * reached the disk and is cut off; what lies before is hashed again and must agree, or all of
 * it is fetched anew.
 */
export async function openStaging(options: {
  files: Files;
  path: string;
  firmware: FirmwareRef;
  checkpoint: Checkpoint | null;
  now: number;
  signal: AbortSignal;
}): Promise<Staging> {
  const { files, path, firmware, checkpoint, signal } = options;
  const file = await files.open(path, true);
  try {
    const kept = checkpoint === null ? null : await rehash(file, checkpoint, signal);
    const start = kept === null ? 0 : (checkpoint?.received ?? 0);
    await file.truncate(start);
    return staging(file, firmware, kept ?? createHash('sha256'), start, options.now);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function staging(
  file: OpenFile,
  firmware: FirmwareRef,
  startHash: Hash,
  start: number,
  startedAt: number,
): Staging {
  let hash = startHash;
  let received = start;
  let stored = start;
  let marked = { received: start, at: startedAt };
  // A TLS record brings 16 KiB at a time: one half gathers them while the other is written.
  const halves = [new Uint8Array(0), new Uint8Array(0)];
  let filling = 0;
  let filled = 0;
  let writing: Promise<void> = Promise.resolve();

  /** Resolves once the half written before is done; this one may still be under way. */
  const write = async (): Promise<void> => {
    await writing;
    const bytes = halves[filling]?.subarray(0, filled) ?? new Uint8Array(0);
    writing = file.write(bytes, stored);
    // Heard by whoever waits for it next; until then it is nobody's rejection.
    writing.catch(() => undefined);
    stored += filled;
    filled = 0;
    filling = 1 - filling;
  };
  const flush = async (): Promise<void> => {
    if (filled > 0) await write();
    await writing;
  };
  return {
    get received() {
      return received;
    },
    take: async (bytes) => {
      const excess = received + bytes.byteLength - firmware.length;
      if (excess > 0) {
        throw refuse(
          'LENGTH_EXCEEDED',
          `byte ${firmware.length + 1} arrived for an image of ${firmware.length} bytes`,
        );
      }
      hash.update(bytes);
      received += bytes.byteLength;
      for (let taken = 0; taken < bytes.byteLength;) {
        if (halves[filling]?.byteLength === 0) halves[filling] = new Uint8Array(CHUNK_BYTES);
        const part = bytes.subarray(taken, taken + CHUNK_BYTES - filled);
        halves[filling]?.set(part, filled);
        filled += part.byteLength;
        taken += part.byteLength;
        if (filled === CHUNK_BYTES) await write();
      }
    },
    restart: async () => {
      await writing;
      filled = 0;
      hash = createHash('sha256');
      received = 0;
      stored = 0;
      marked = { ...marked, received: 0 };
      await file.truncate(0);
    },
    checkpoint: async (now) => {
      const due =
        received - marked.received >= CHECKPOINT_BYTES || now - marked.at >= CHECKPOINT_MS;
      if (!due || received === marked.received) return null;
      await flush();
      await file.sync();
      marked = { received, at: now };
      return { received, sha256: hash.copy().digest('hex') };
    },
    finish: async () => {
      await flush();
      await file.sync();
      if (received !== firmware.length) {
        throw refuse(
          'LENGTH_MISMATCH',
          `the image ended after ${received} of ${firmware.length} bytes`,
        );
      }
      const sha256 = hash.copy().digest('hex');
      if (sha256 === firmware.sha256) return;
      throw refuse('HASH_MISMATCH', `the image hashes to ${sha256}, not ${firmware.sha256}`);
    },
    close: async () => {
      await writing.catch(() => undefined);
      await file.close();
    },
  };
}

/** The running hash of the checkpoint's prefix, or null when the file does not hold it. */
async function rehash(
  file: OpenFile,
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<Hash | null> {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(CHUNK_BYTES);
  let done = 0;
  while (done < checkpoint.received) {
    signal.throwIfAborted();
    const wanted = Math.min(buffer.byteLength, checkpoint.received - done);
    const count = await file.read(buffer.subarray(0, wanted), done);
    if (count === 0) return null;
    hash.update(buffer.subarray(0, count));
    done += count;
  }
  return hash.copy().digest('hex') === checkpoint.sha256 ? hash : null;
}
