import { type UpdateView } from '#core/contract';
import { seededBytes } from '#core/dcu';
import { type ReleaseManifest } from '#core/protocol';
import { RELEASE_TYP, signObject } from '#core/signing';
import { DEMO_IMAGE_BYTES, demoImage } from '../demo-image.ts';
import { BenchError } from '../errors.ts';
import { type Made } from './book.ts';
import {
  type FINISHED,
  SAMPLE_RELEASES,
  SAMPLE_VEHICLES,
  SIGNED_BEFORE_MS,
  TAKEN_BACK,
} from './plan.ts';
import { type SampleParts } from './parts.ts';
import { firstOf } from './wait.ts';

const IMAGE_BYTES = 65_536;

/** Told before a thing is made. */
type Note = (change: Partial<Pick<Made, 'vins' | 'releaseIds' | 'artifacts'>>) => void;

export async function makeVehicles(parts: SampleParts, note: Note): Promise<void> {
  const { feeds } = parts;
  for (const { vin, profile } of SAMPLE_VEHICLES) {
    note({ vins: [vin] });
    await parts.vehicles.add(vin, profile);
  }
  await Promise.all(
    SAMPLE_VEHICLES.map(({ vin }) =>
      firstOf(
        feeds.vehicles,
        (vehicle) => vehicle.vin === vin && vehicle.online && vehicle.ecus.length > 0,
        `${vin} did not report what it has`,
        parts,
      ),
    ),
  );
}

/** Signed by the bench's own release key, as Compose does it; nobody published them yet. */
export async function makeReleases(parts: SampleParts, note: Note): Promise<void> {
  const { catalogue, keys, clock } = parts;
  const key = await keys.key('release', parts.algorithm());
  for (const planned of SAMPLE_RELEASES) {
    const { name, version, counter, hardwareId, partNumber, description, lifeMs } = planned;
    const fileName = `${name}-${version}.bin`;
    const bytes = seededBytes({ seed: fileName, length: IMAGE_BYTES });
    const known = new Set(catalogue.artifacts().map(({ sha256 }) => sha256));
    const image = await catalogue.importImage(oneOf(bytes), { name: fileName });
    if (!known.has(image.sha256)) note({ artifacts: [image.sha256] });
    const now = clock.now();
    const manifest: ReleaseManifest = {
      ...{ releaseId: `${name}-${version}`, hardwareId, partNumber, version, description },
      releaseCounter: counter,
      firmware: { name: fileName, sha256: image.sha256, length: image.length },
      requires: [],
      preconditions: { minSupplyMillivolts: 22_000, ignition: 'off', parked: true },
      createdAt: new Date(now - SIGNED_BEFORE_MS).toISOString(),
      expires: new Date(now + lifeMs).toISOString(),
    };
    note({ releaseIds: [manifest.releaseId] });
    const signed = await signObject({ ...manifest }, { key, typ: RELEASE_TYP });
    catalogue.addRelease({ ...manifest, ...signed });
  }
}

/** Through gatekeeper, vehicle and download to its end, as any other. */
export async function makeUpdate(
  parts: SampleParts,
  wanted: typeof FINISHED | typeof TAKEN_BACK,
  note: Note,
): Promise<void> {
  const { catalogue, updates, feeds } = parts;
  const { vin, ecuId, version, description } = wanted;
  const name = `${ecuId}-${version}.bin`;
  const known = new Set(catalogue.artifacts().map(({ sha256 }) => sha256));
  const image = await catalogue.importImage(demoImage(`${ecuId} ${version}`), {
    name,
    expectedLength: DEMO_IMAGE_BYTES,
    signal: parts.signal,
  });
  if (!known.has(image.sha256)) note({ artifacts: [image.sha256] });
  const { composedId, releaseId } = await updates.compose({
    ...{ artifactSha256: image.sha256, artifactName: name, version, description, vin, ecuId },
  });
  note({ releaseIds: [releaseId] });
  const updateId = await updates.publish(composedId);
  await ended(parts, updateId, 'completed');
  if (wanted !== TAKEN_BACK) return;
  // After an update the vehicle closes its books before it takes the next order.
  await firstOf(
    feeds.vehicles,
    (vehicle) =>
      vehicle.vin === vin &&
      vehicle.job === null &&
      vehicle.ecus.some((ecu) => ecu.ecuId === ecuId && ecu.rollback.possible),
    `${ecuId} of ${vin} cannot go back`,
    parts,
  );
  const back = await parts.rollbacks.rollback({ vin, ecuId });
  await ended(parts, back, 'rolled_back');
}

const ENDS: ReadonlySet<UpdateView['stage']> = new Set<UpdateView['stage']>([
  ...(['completed', 'failed', 'rolled_back', 'cancelled', 'refused'] as const),
]);

async function ended(
  parts: SampleParts,
  updateId: string,
  wanted: UpdateView['stage'],
): Promise<void> {
  const update = await firstOf(
    parts.feeds.updates,
    (each) => each.updateId === updateId && (each.stage === wanted || ENDS.has(each.stage)),
    `update ${updateId} did not end`,
    parts,
  );
  if (update.stage === wanted) return;
  const why = update.refusal ? `: ${update.refusal.code}: ${update.refusal.reason}` : '';
  throw new BenchError('SAMPLE_INCOMPLETE', `an update ended as ${update.stage}${why}`, {
    next: 'remove the sample data, then load them again',
  });
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
