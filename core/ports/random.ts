import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';

/** Randomness as a rule sees it. Passed in, so that a test can repeat it. */
export type Random = {
  /** `length` random bytes, fit for keys. */
  bytes(length: number): Uint8Array;
  /** UUIDv7 (RFC 9562), lower case with hyphens. */
  uuid(): string;
};

export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uuid: () => v7(),
};
