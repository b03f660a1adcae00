import { signManifest } from '#core/backend';
import { type SigningKey } from '#core/signing';
import { type Context } from '../context.ts';
import { demoImage, DEMO_IMAGE_BYTES } from '../demo-image.ts';

/** Above anything that a few runs of the demo count up to. */
const COUNTER = 50;
/** A release lives a year. */
const LONG_AGO_MS = 400 * 24 * 3_600_000;

type Sample = {
  hardware: string;
  version: string;
  counter: number;
  description: string;
  requires?: string;
  ended?: true;
};

/** For the ECUs of the demo vehicle: three that fit, and one for each usual reason not to. */
const SAMPLES: readonly Sample[] = [
  {
    ...{ hardware: 'INFOTAINMENT', version: '3.1.0', counter: COUNTER },
    description: 'Faster start, new maps, and the security fixes of this quarter.',
  },
  {
    ...{ hardware: 'GATEWAY', version: '3.1.0', counter: COUNTER },
    description: 'Stricter filters between the networks of the vehicle.',
  },
  {
    ...{ hardware: 'ENGINE', version: '3.2.0', counter: COUNTER, requires: 'HW-GATEWAY-01' },
    description: 'Smoother cold start. Needs the new gateway software.',
  },
  {
    ...{ hardware: 'BRAKE', version: '2.9.0', counter: 1 },
    description: 'The software of last year, kept for reference.',
  },
  {
    ...{ hardware: 'INFOTAINMENT', version: '3.0.9', counter: COUNTER - 1, ended: true },
    description: 'A pilot release whose time has run out.',
  },
  {
    ...{ hardware: 'CAMERA', version: '1.4.0', counter: 7 },
    description: 'For the front camera of another model.',
  },
];

/** Adds those that are not there yet. */
export async function addSamples(
  deps: Pick<Context, 'catalogue' | 'clock' | 'random' | 'signal'> & { key: SigningKey },
): Promise<number> {
  const { catalogue, clock, random, signal, key } = deps;
  let added = 0;
  for (const sample of SAMPLES) {
    const { hardware, version, description } = sample;
    const hardwareId = `HW-${hardware}-01`;
    if (catalogue.releaseByVersion(version, hardwareId)?.description === description) continue;
    const name = `${hardware.toLowerCase()}-${version}`;
    const image = await catalogue.importImage(demoImage(name), {
      ...{ name: `${name}.bin`, expectedLength: DEMO_IMAGE_BYTES, signal },
    });
    const manifest = await signManifest(
      {
        ...{ artifactSha256: image.sha256, artifactName: image.name },
        ...{ version, description, releaseCounter: sample.counter },
      },
      {
        ...{ ecuId: hardware.toLowerCase(), hardwareId, partNumber: `OB-${hardware}-1000` },
        installedCounter: null,
        requires:
          sample.requires === undefined
            ? []
            : [{ hardwareId: sample.requires, minReleaseCounter: COUNTER }],
      },
      key,
      {
        ...{ catalogue, random },
        clock: sample.ended === true ? { ...clock, now: () => clock.now() - LONG_AGO_MS } : clock,
      },
    );
    catalogue.addRelease(manifest);
    added += 1;
  }
  return added;
}
