import { createHash } from 'node:crypto';
import type { Random } from '#core/ports';

/** Randomness that repeats: the same seed gives the same bytes and ids in the same order. */
export function seededRandom(seed = 'ota-bench'): Random {
  let count = 0;
  const bytes = (length: number): Uint8Array => {
    const out = Buffer.alloc(length);
    for (let at = 0; at < length; at += 32) {
      count += 1;
      createHash('sha256')
        .update(`${seed}/${String(count)}`)
        .digest()
        .copy(out, at);
    }
    return new Uint8Array(out);
  };
  return {
    bytes,
    uuid: () => {
      // RFC 9562: version 7 and variant 10 in their places, the rest from the seed.
      const hex = Buffer.from(bytes(16)).toString('hex');
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `7${hex.slice(13, 16)}`,
        `8${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join('-');
    },
  };
}
