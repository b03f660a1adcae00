import type { Clock, Random } from '#core/ports';
import type { Preconditions, ReleaseManifest, Requirement } from '#core/protocol';
import type { Catalogue, SignedManifest } from '#core/catalogue';
import { RELEASE_TYP, signObject, type SigningKey } from '#core/signing';
import { BackendError } from './errors.ts';

/** A release outlives the message that carries it: others may be issued the same one. */
export const RELEASE_LIFETIME_MS = 365 * 24 * 3_600_000;

/** [D3] unless a release asks otherwise: nobody drives, and the battery lasts through a flash. */
const USUAL_PRECONDITIONS: Preconditions = { minSupplyMillivolts: 11_500, parked: true };

/** What a release is made for. */
export type EcuTarget = {
  readonly ecuId: string;
  readonly hardwareId: string;
  readonly partNumber: string;
  /** Of the software it runs now; null when it never said. */
  readonly installedCounter: number | null;
  /** ECUs that must run before it. */
  readonly dependsOn?: readonly string[];
  readonly requires?: readonly Requirement[];
  readonly preconditions?: Preconditions;
};

/** What a person says of a release. */
export type ReleaseText = {
  readonly artifactSha256: string;
  readonly artifactName: string;
  readonly version: string;
  readonly description: string;
  readonly releaseCounter?: number | undefined;
};

/**
 * [S5] signed once, by the release key; the counter rises unless the draft says otherwise.
 *
 * @throws BackendError ARTIFACT_UNKNOWN
 */
export async function signManifest(
  draft: ReleaseText,
  ecu: EcuTarget,
  key: SigningKey,
  {
    catalogue,
    clock,
    random,
  }: {
    catalogue: Pick<Catalogue, 'artifact'>;
    clock: Clock;
    random: Random;
  },
): Promise<SignedManifest> {
  const artifact = catalogue.artifact(draft.artifactSha256);
  if (artifact === null) {
    throw new BackendError('ARTIFACT_UNKNOWN', `no image ${draft.artifactSha256} in the store`, {
      next: 'Choose the firmware file again; it is then taken into the store.',
    });
  }
  const now = clock.now();
  const manifest: ReleaseManifest = {
    releaseId: random.uuid(),
    hardwareId: ecu.hardwareId,
    partNumber: ecu.partNumber,
    version: draft.version,
    releaseCounter: draft.releaseCounter ?? (ecu.installedCounter ?? 0) + 1,
    description: draft.description,
    firmware: { name: draft.artifactName, sha256: artifact.sha256, length: artifact.length },
    requires: [...(ecu.requires ?? [])],
    preconditions: ecu.preconditions ?? USUAL_PRECONDITIONS,
    createdAt: new Date(now).toISOString(),
    expires: new Date(now + RELEASE_LIFETIME_MS).toISOString(),
  };
  // Spread over its own content to keep its type; the signature stays the last member.
  return { ...manifest, ...(await signObject(manifest, { key, typ: RELEASE_TYP })) };
}
