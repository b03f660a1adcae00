import { createHash } from 'node:crypto';
import { BLOCK_LIMIT, type FirmwareBlock } from '#core/protocol';
import { assertNotExpired, type Transfer } from './download.ts';
import { refuse } from './errors.ts';

/** Blocks asked for ahead: hides a round trip, and bounds what is held out of order (256 KiB). */
const WINDOW = 8;
/** A block that has not come by then is asked for again. */
const BLOCK_TIMEOUT_MS = 3_000;
const LONGEST_TIMEOUT_MS = 15_000;
/** A request that could not be sent is tried again soon: the link reconnects by itself. */
const UNSENT_RETRY_MS = 500;

export type BlockRequest = { readonly offset: number; readonly length: number };

export type BlockSource = {
  /** Publishes a request; rejects while the link is down. */
  readonly ask: (request: BlockRequest) => Promise<void>;
  /** Blocks of this update as they come, checked for signature but not for sense. */
  readonly onBlock: (listener: (block: FirmwareBlock) => void) => () => void;
};

type Arrival = { readonly offset: number; readonly bytes: Uint8Array };

/**
 * Fetches the rest of an image in MQTT blocks: several requests under way, blocks taken in
 * whatever order they come, the missing ones asked for again until the manifest ends.
 *
 * @throws DcuError FIRMWARE_NOT_FOUND, DOWNLOAD_REFUSED, DOWNLOAD_EXPIRED, LENGTH_EXCEEDED,
 *   LENGTH_MISMATCH
 */
export async function downloadByBlocks(source: BlockSource, transfer: Transfer): Promise<void> {
  const { staging, offer, clock, signal, log } = transfer;
  const { length } = offer.manifest.firmware;
  /** Offset → when it may be asked for again. */
  const asked = new Map<number, number>();
  const arrived = new Map<number, Uint8Array>();
  let timeout = BLOCK_TIMEOUT_MS;
  const failures: Error[] = [];
  let wake: () => void = () => undefined;

  const undo = source.onBlock((block) => {
    try {
      const arrival = judgeBlock(block, transfer, asked, arrived);
      if (arrival === null) {
        log('debug', 'block ignored', { updateId: offer.updateId, offset: block.offset });
        return;
      }
      arrived.set(arrival.offset, arrival.bytes);
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)));
    }
    wake();
  });
  try {
    while (staging.received < length) {
      signal.throwIfAborted();
      for (const failure of failures) throw failure;
      const moved = await takeArrived(transfer, asked, arrived);
      if (moved) {
        assertNotExpired(offer, clock);
        timeout = BLOCK_TIMEOUT_MS;
      }
      if (staging.received >= length) return;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const due = await askForMissing(source, transfer, asked, arrived, timeout);
      // Something may have come while the requests went out.
      if (arrived.has(staging.received)) continue;
      const timer = new AbortController();
      const sleep = clock
        .sleep(Math.max(due - clock.monotonic(), 10), AbortSignal.any([signal, timer.signal]))
        .then(
          () => 'late' as const,
          () => 'stopped' as const,
        );
      const first = await Promise.race([woken.then(() => 'woken' as const), sleep]);
      timer.abort();
      if (first === 'late') {
        assertNotExpired(offer, clock);
        timeout = Math.min(timeout * 2, LONGEST_TIMEOUT_MS);
      }
    }
  } finally {
    undo();
  }
}

/** The block's bytes when they are wanted, null when they are not; throws when it ends the transfer. */
function judgeBlock(
  block: FirmwareBlock,
  { staging, offer }: Transfer,
  asked: ReadonlyMap<number, number>,
  arrived: ReadonlyMap<number, Uint8Array>,
): Arrival | null {
  const { sha256, length } = offer.manifest.firmware;
  if (block.sha256 !== sha256) return null;
  if (block.reason !== undefined) {
    const { code, detail } = block.reason;
    // Not now rather than never: it is asked for again when its time is up.
    if (code === 'BUSY') return null;
    throw refuse(
      code === 'FIRMWARE_NOT_FOUND' || code === 'IMAGE_MISSING'
        ? 'FIRMWARE_NOT_FOUND'
        : 'DOWNLOAD_REFUSED',
      `the backend gives no block at ${block.offset}: ${code} ${detail}`,
    );
  }
  if (block.totalLength !== length) {
    throw refuse(
      'LENGTH_MISMATCH',
      `the backend has ${block.totalLength} bytes, the manifest says ${length}`,
    );
  }
  const { offset } = block;
  // Late duplicates, and offsets nobody asked for, are not worth ending a transfer.
  if (offset < staging.received || arrived.has(offset) || !asked.has(offset)) return null;
  const bytes = new Uint8Array(Buffer.from(block.data, 'base64url'));
  const { blockSha256 } = block;
  if (
    blockSha256 !== undefined &&
    createHash('sha256').update(bytes).digest('hex') !== blockSha256
  ) {
    return null;
  }
  if (offset + bytes.byteLength > length) {
    throw refuse(
      'LENGTH_EXCEEDED',
      `the block at ${offset} ends ${offset + bytes.byteLength - length} bytes behind the image`,
    );
  }
  return bytes.byteLength === Math.min(BLOCK_LIMIT, length - offset) ? { offset, bytes } : null;
}

/** Moves what is next in line into the staged file. */
async function takeArrived(
  { staging, clock, onProgress, onCheckpoint }: Transfer,
  asked: Map<number, number>,
  arrived: Map<number, Uint8Array>,
): Promise<boolean> {
  let moved = false;
  for (;;) {
    const offset = staging.received;
    const bytes = arrived.get(offset);
    if (bytes === undefined) return moved;
    arrived.delete(offset);
    asked.delete(offset);
    await staging.take(bytes);
    moved = true;
    onProgress(staging.received);
    const mark = await staging.checkpoint(clock.now());
    if (mark !== null) await onCheckpoint({ ...mark, etag: null });
  }
}

/** Fills the window; resolves with the time at which the next request is overdue. */
async function askForMissing(
  source: BlockSource,
  { staging, offer, clock, log }: Transfer,
  asked: Map<number, number>,
  arrived: ReadonlyMap<number, Uint8Array>,
  timeout: number,
): Promise<number> {
  const { length } = offer.manifest.firmware;
  const end = Math.min(length, staging.received + WINDOW * BLOCK_LIMIT);
  const ask = async (offset: number): Promise<void> => {
    asked.set(offset, clock.monotonic() + timeout);
    try {
      await source.ask({ offset, length: Math.min(BLOCK_LIMIT, length - offset) });
    } catch (error) {
      asked.set(offset, clock.monotonic() + UNSENT_RETRY_MS);
      log('warn', 'block request not sent', {
        updateId: offer.updateId,
        offset,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const missing: number[] = [];
  for (let offset = staging.received; offset < end; offset += BLOCK_LIMIT) {
    if (!arrived.has(offset)) missing.push(offset);
  }
  const overdue = (offset: number): number => asked.get(offset) ?? Number.NEGATIVE_INFINITY;
  const now = clock.monotonic();
  await Promise.all(missing.filter((offset) => overdue(offset) <= now).map(ask));
  return Math.min(...missing.map(overdue));
}
