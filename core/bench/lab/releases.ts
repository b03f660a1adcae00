import { open } from 'node:fs/promises';
import { type Artifact } from '#core/catalogue';
import { type EcuView } from '#core/contract';
import { seededBytes } from '#core/dcu';
import { type ReleaseManifest } from '#core/protocol';
import { type Action, setAt } from '#core/scenario';
import { RELEASE_TYP } from '#core/signing';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { type Signer } from './sign.ts';

type Of<Kind extends Action['do']> = Extract<Action, { do: Kind }>;

const IMAGE_BYTES = 65_536;
const RELEASE_LIFETIME_S = 365 * 24 * 3_600;

/** Images and manifests that a scenario makes, all from its seed. */
export type Releases = {
  image(
    step: { content?: string | undefined; bytes?: number | undefined },
    name: string,
    store: boolean,
  ): Promise<Omit<Artifact, 'name'>>;
  /** A manifest, signed as told; `stored` says what of it the backend knows. */
  make(step: Of<'release'>, ecu: EcuView): Promise<ReleaseManifest>;
  /** Flips a bit of an image where the backend keeps it. */
  damage(sha256: string, atByte: number, bit: number): Promise<void>;
};

export function createReleases(context: Context, seed: number, sign: Signer): Releases {
  const { catalogue, clock } = context;
  const image: Releases['image'] = async (step, name, store) => {
    const { content = name, bytes: length = IMAGE_BYTES } = step;
    const bytes = seededBytes({ seed: `${String(seed)}/${content}`, length });
    if (store) return catalogue.importImage(oneOf(bytes), { name: `${name}.bin` });
    const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
    return { sha256: Buffer.from(hash).toString('hex'), length };
  };
  return {
    image,
    async make(step, ecu) {
      const { name, version, stored = 'release', set = {} } = step;
      const { sha256, length } = await image(step, name, stored !== 'nothing');
      const now = clock.now();
      const life = step.expiresInSeconds ?? RELEASE_LIFETIME_S;
      const manifest: ReleaseManifest = {
        releaseId: `${name}-${version}`,
        hardwareId: ecu.hardwareId,
        partNumber: ecu.partNumber,
        version,
        releaseCounter: step.counter ?? installedCounter(ecu) + 1,
        description: step.description ?? step.title ?? name,
        firmware: { name: `${name}.bin`, sha256, length },
        requires: step.requires ?? [],
        preconditions: step.preconditions ?? { parked: true },
        createdAt: new Date(now).toISOString(),
        expires: new Date(now + life * 1_000).toISOString(),
      };
      const content: Record<string, unknown> = { ...manifest };
      for (const [path, value] of Object.entries(set)) setAt(content, path, value);
      const signed = await sign(content, step.sign ?? { key: 'release' }, RELEASE_TYP);
      // What a scenario put in may be no manifest at all: whoever checks it has to find out.
      const made = signed as ReleaseManifest;
      if (stored === 'release') catalogue.addRelease(made);
      return made;
    },
    async damage(sha256, atByte, bit) {
      const file = await open(catalogue.artifactPath(sha256), 'r+');
      try {
        const byte = Buffer.alloc(1);
        const { bytesRead } = await file.read(byte, 0, 1, atByte);
        if (bytesRead === 0) {
          throw new BenchError('BAD_INPUT', `the image has no byte ${String(atByte)}`, {
            next: 'name one within its length',
          });
        }
        byte[0] = (byte[0] ?? 0) ^ (1 << bit);
        await file.write(byte, 0, 1, atByte);
      } finally {
        await file.close();
      }
    },
  };
}

function installedCounter(ecu: EcuView): number {
  return ecu.banks.find(({ bank }) => bank === ecu.activeBank)?.releaseCounter ?? 0;
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
