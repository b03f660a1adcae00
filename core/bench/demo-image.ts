import { createHash } from 'node:crypto';

/** What the demo sends: two seconds of simulated flash, which one can watch and need not wait for. */
export const DEMO_IMAGE_BYTES = 458_752;
const PIECE_BYTES = 65_536;

/** A firmware image for the demo: the same bytes for the same version on every machine. */
export async function* demoImage(version: string): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < DEMO_IMAGE_BYTES; offset += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, DEMO_IMAGE_BYTES - offset);
    // SHAKE-256 (FIPS 202) as a generator: incompressible, like a real image.
    const hash = createHash('shake256', { outputLength: length });
    yield new Uint8Array(hash.update(`OTA Bench demo ${version} at ${offset}`).digest());
  }
}
