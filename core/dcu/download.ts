import type { Clock, Log } from '#core/ports';
import { mayPass, Unreachable, type BackendApi } from './backend-api.ts';
import { refuse } from './errors.ts';
import type { Checkpoint, Offer } from './events.ts';
import type { Staging } from './staging.ts';

/** Waits between tries; a backend that restarts is back within seconds. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

export type Transfer = {
  readonly offer: Offer;
  readonly staging: Staging;
  readonly etag: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onCheckpoint: (checkpoint: Checkpoint) => Promise<void>;
  readonly onProgress: (received: number) => void;
};

/**
 * Fetches the rest of an image by HTTPS. A lost connection, a backend that is down or restarts
 * on another port: it goes on from the byte it has, until the manifest ends.
 *
 * @throws DcuError FIRMWARE_NOT_FOUND, DOWNLOAD_REFUSED, DOWNLOAD_EXPIRED, LENGTH_EXCEEDED,
 *   LENGTH_MISMATCH
 */
export async function downloadByHttps(api: BackendApi, transfer: Transfer): Promise<void> {
  const { staging, offer, clock, log, signal } = transfer;
  const { length } = offer.manifest.firmware;
  let { etag } = transfer;
  let delay = FIRST_RETRY_MS;
  while (staging.received < length) {
    const before = staging.received;
    try {
      const part = await fetchRest(api, transfer, etag);
      etag = part.etag;
      // A whole representation that ended early is not a lost connection; `finish` names it.
      if (part.ended) return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Unreachable)) throw error;
      log('warn', 'download interrupted', {
        updateId: offer.updateId,
        received: staging.received,
        reason: error.message,
      });
      if (staging.received > before) delay = FIRST_RETRY_MS;
      assertNotExpired(offer, clock);
      await clock.sleep(delay, signal);
      delay = Math.min(delay * 2, LONGEST_RETRY_MS);
    }
  }
}

export function assertNotExpired(offer: Offer, clock: Clock): void {
  const { expires } = offer.manifest;
  if (clock.now() <= Date.parse(expires)) return;
  throw refuse('DOWNLOAD_EXPIRED', `the release ended at ${expires} before its image was here`);
}

/** One request: from the byte we have to the end. */
async function fetchRest(
  api: BackendApi,
  transfer: Transfer,
  etag: string | null,
): Promise<{ ended: boolean; etag: string | null }> {
  const { staging, offer, signal, clock } = transfer;
  const { firmware } = offer.manifest;
  const resume = staging.received > 0;
  const response = await api.get(
    `/artifacts/${firmware.sha256}`,
    {
      // A compressed body would have other bytes, and other offsets.
      'accept-encoding': 'identity',
      ...(resume ? { range: `bytes=${staging.received}-` } : {}),
      // RFC 9110, 13.1.5: if the representation changed, send all of it instead.
      ...(resume && etag !== null ? { 'if-range': etag } : {}),
    },
    signal,
  );
  try {
    const whole = await begin(response, staging, firmware.length);
    const validator = strong(response.header('etag'));
    for await (const bytes of body(response.body, signal)) {
      // A trickle never breaks off; held back for long enough it would outlive its release.
      assertNotExpired(offer, clock);
      await staging.take(bytes);
      transfer.onProgress(staging.received);
      const mark = await staging.checkpoint(clock.now());
      if (mark !== null) await transfer.onCheckpoint({ ...mark, etag: validator });
    }
    return { ended: whole, etag: validator };
  } finally {
    response.discard();
  }
}

/** Reads the answer's head. True when its body runs to the end of the image. */
async function begin(
  response: { status: number; header: (name: string) => string | null },
  staging: Staging,
  length: number,
): Promise<boolean> {
  const { status } = response;
  if (status === 200) {
    // The server ignored the range, or the representation changed: everything comes again.
    if (staging.received > 0) await staging.restart();
    const announced = Number(response.header('content-length') ?? length);
    if (announced !== length) throw wrongLength(announced, length);
    return true;
  }
  if (status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.header('content-range') ?? '');
    if (range === null || Number(range[1]) !== staging.received) {
      await staging.restart();
      throw new Unreachable(
        `asked for another range than ${response.header('content-range') ?? ''}`,
      );
    }
    if (range[3] !== '*' && Number(range[3]) !== length)
      throw wrongLength(Number(range[3]), length);
    return Number(range[2]) + 1 >= length;
  }
  if (status === 416) throw refuse('LENGTH_MISMATCH', `the image ends before byte ${length}`);
  if (status === 404 || status === 410) {
    throw refuse('FIRMWARE_NOT_FOUND', `the backend has no such image (${status})`);
  }
  if (mayPass(status)) throw new Unreachable(`the backend answered ${status}`);
  throw refuse('DOWNLOAD_REFUSED', `the backend answered ${status}`);
}

function wrongLength(found: number, expected: number): Error {
  return refuse('LENGTH_MISMATCH', `the backend has ${found} bytes, the manifest says ${expected}`);
}

/** A body that breaks off is worth another try; what is done with its bytes is not its fault. */
async function* body(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const parts = source[Symbol.asyncIterator]();
  for (;;) {
    let part: IteratorResult<Uint8Array>;
    try {
      part = await parts.next();
    } catch (error) {
      signal.throwIfAborted();
      throw new Unreachable(error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
    if (part.done === true) return;
    yield part.value;
  }
}

function strong(etag: string | null): string | null {
  return etag === null || etag.startsWith('W/') ? null : etag;
}
