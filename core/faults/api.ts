import { Unreachable, type BackendApi } from '#core/dcu';
import type { Clock } from '#core/ports';
import { chosen, type Book } from './book.ts';
import { stillFor, type Pace } from './pace.ts';
import type { Supply } from './supply.ts';

/** As long as the vehicle waits for a silent server: its own limit, which a stall must meet. */
const SILENCE_LIMIT_MS = 15_000;
const IMAGES = '/artifacts/';

/** The way to the backend API: images that come slowly, stand still, or arrive changed. */
export function faultyApi(options: {
  api: BackendApi;
  book: Book;
  supply: Supply;
  pace: Pace;
  clock: Clock;
}): BackendApi {
  const { api, book, supply, pace, clock } = options;

  /** Nothing comes while a download stands still, whoever asks anew. */
  const untilMoving = async (signal: AbortSignal): Promise<void> => {
    const left = pace.stalledFor();
    if (left === 0) return;
    await clock.sleep(Math.min(left, SILENCE_LIMIT_MS), signal);
    if (left > SILENCE_LIMIT_MS) throw new Unreachable(stillFor(SILENCE_LIMIT_MS));
  };

  async function* body(
    source: AsyncIterable<Uint8Array>,
    start: number,
    total: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    let at = start;
    for await (const bytes of source) {
      for (let done = 0; done < bytes.byteLength;) {
        supply.assertOn();
        const length = pace.piece(at, bytes.byteLength - done);
        await pace.arrive(at, length, signal, SILENCE_LIMIT_MS);
        yield flipped(book, bytes.subarray(done, done + length), at, total);
        done += length;
        at += length;
      }
    }
  }

  return {
    url: () => api.url(),
    verify: async (offer, vin, signal) => {
      supply.assertOn();
      await api.verify(offer, vin, signal);
    },
    post: async (path, content, signal) => {
      supply.assertOn();
      return api.post(path, content, signal);
    },
    get: async (path, headers, signal) => {
      supply.assertOn();
      if (!path.startsWith(IMAGES)) return api.get(path, headers, signal);
      await untilMoving(signal);
      const response = await api.get(path, headers, signal);
      const start = startOf(response);
      const total = start + Number(response.header('content-length') ?? 0);
      return { ...response, body: body(response.body, start, total, signal) };
    },
    close: () => api.close(),
  };
}

/** Of the first byte of the body, in the image. */
function startOf(response: { status: number; header: (name: string) => string | null }): number {
  const range = /^bytes (\d+)-/.exec(response.header('content-range') ?? '');
  return response.status === 206 && range ? Number(range[1]) : 0;
}

function flipped(book: Book, bytes: Uint8Array, start: number, total: number): Uint8Array {
  const [armed] = book.live('bitFlipInTransit');
  if (armed === undefined) return bytes;
  const at = chosen(armed, 'at', armed.fault.atByte, total) - start;
  if (at < 0 || at >= bytes.byteLength) return bytes;
  book.strike(armed, 'spent');
  const other = Uint8Array.from(bytes);
  other[at] = (other[at] ?? 0) ^ (1 << chosen(armed, 'bit', armed.fault.bit, 8));
  return other;
}
