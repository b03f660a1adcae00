import { ReleaseDraft, type Composed } from '#core/contract';
import type { Clock, Random } from '#core/ports';
import {
  encodePayload,
  type JsonObject,
  type Preconditions,
  type ReleaseManifest,
  type Requirement,
  type Topics,
} from '#core/protocol';
import type { Catalogue, SignedManifest } from '#core/catalogue';
import { RELEASE_TYP, signObject, typOf, type SigningKey } from '#core/signing';
import { BackendError } from './errors.ts';

/** The `sender` of everything the backend publishes; receivers count its `seq` by it [P4]. */
export const BACKEND = 'ota-backend';

/** A release outlives the message that carries it: others may be issued the same one. */
const RELEASE_LIFETIME_MS = 365 * 24 * 3_600_000;

/** [D3] unless a release asks otherwise: nobody drives, and the battery lasts through a flash. */
const USUAL_PRECONDITIONS: Preconditions = { minSupplyMillivolts: 11_500, parked: true };

/** What a release is made for. */
export type EcuTarget = {
  readonly ecuId: string;
  readonly hardwareId: string;
  readonly partNumber: string;
  /** Of the software it runs now; null when it never said. */
  readonly installedCounter: number | null;
  readonly requires?: readonly Requirement[];
  readonly preconditions?: Preconditions;
};

export type SignWith = { readonly messageKey: SigningKey; readonly releaseKey: SigningKey };

/** What Compose shows, and what publishing it needs besides. */
export type Composition = Composed & {
  readonly bytes: Uint8Array;
  readonly manifest: SignedManifest;
  readonly draft: { readonly vin: string; readonly ecuId: string };
  readonly description: string;
  readonly seq: number;
  /** Wall clock, ms. */
  readonly composedAt: number;
  readonly expiresAt: number;
};

export type ComposeDeps = {
  readonly topics: Topics;
  readonly catalogue: Pick<Catalogue, 'artifact'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Next `seq` for this vehicle. */
  readonly nextSeq: (vin: string) => number;
};

/**
 * Signs a manifest and the `issue_details` around it. Nothing is stored but the counter.
 *
 * @throws BackendError DRAFT_INVALID, ARTIFACT_UNKNOWN; ProtocolError TOO_LARGE
 */
export async function composeIssue(
  given: ReleaseDraft,
  ecu: EcuTarget,
  signWith: SignWith,
  deps: ComposeDeps,
): Promise<Composition> {
  const { clock, random, topics } = deps;
  const draft = parseDraft(given);
  const now = clock.now();
  const manifest = await signManifest(draft, ecu, signWith.releaseKey, deps);
  const seq = deps.nextSeq(draft.vin);
  const updateId = random.uuid();
  const expiresAt = now + draft.expiresInSeconds * 1_000;
  // What a person looks for stands first: this text is shown as it is.
  const message = {
    version: draft.version,
    description: draft.description,
    messageId: random.uuid(),
    updateId,
    vin: draft.vin,
    ecuId: draft.ecuId,
    seq,
    sender: BACKEND,
    issuedAt: new Date(now).toISOString(),
    expires: new Date(expiresAt).toISOString(),
    manifest: manifest as JsonObject,
  };
  const signed = await signObject(message, {
    key: signWith.messageKey,
    typ: typOf('issue_details'),
  });
  const bytes = encodePayload(signed);
  return {
    topic: topics.of('issue_details', draft.vin),
    qos: 1,
    payload: Buffer.from(bytes).toString('utf8'),
    composedId: random.uuid(),
    releaseId: manifest.releaseId,
    updateId,
    bytes,
    manifest,
    draft: { vin: draft.vin, ecuId: draft.ecuId },
    description: draft.description,
    seq,
    composedAt: now,
    expiresAt,
  };
}

type Draft = ReturnType<typeof parseDraft>;

function parseDraft(given: ReleaseDraft) {
  const result = ReleaseDraft.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new BackendError(
    'DRAFT_INVALID',
    `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not as described'}`,
    { next: 'Correct the field and compose again.', cause: result.error },
  );
}

/** [S5] signed once, by the release key; the counter rises unless the draft says otherwise. */
async function signManifest(
  draft: Draft,
  ecu: EcuTarget,
  key: SigningKey,
  { catalogue, clock, random }: ComposeDeps,
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
