import { ReleaseDraft, type Composed } from '#core/contract';
import type { Clock, Random } from '#core/ports';
import { encodePayload, type JsonObject, type Topics } from '#core/protocol';
import type { Catalogue, SignedManifest } from '#core/catalogue';
import { signObject, typOf, type SigningKey } from '#core/signing';
import type { z } from 'zod';
import { BackendError } from './errors.ts';
import { signManifest, type EcuTarget } from './sign-release.ts';

/** The `sender` of everything the backend publishes; receivers count its `seq` by it [P4]. */
export const BACKEND = 'ota-backend';

export type SignWith = { readonly messageKey: SigningKey; readonly releaseKey: SigningKey };

/** What Compose shows, and what publishing it needs besides. */
export type Composition = Composed & {
  readonly bytes: Uint8Array;
  /** One for each ECU. */
  readonly manifests: readonly SignedManifest[];
  readonly version: string;
  /** [D8] None for an update of one ECU. */
  readonly members: readonly {
    readonly ecuId: string;
    readonly releaseId: string;
    readonly version: string;
  }[];
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
  const draft = parsed(ReleaseDraft, given);
  const manifest = await signManifest(draft, ecu, signWith.releaseKey, deps);
  return composeAround(manifest, draft, signWith, deps);
}

/** Where an issue goes, and how it is told apart. */
export type IssueTo = {
  readonly vin: string;
  readonly ecuId: string;
  /** Lifetime of the message, seconds. */
  readonly expiresInSeconds: number;
  /** Left out: a new one. */
  readonly composedId?: string;
};

/** The `issue_details` around a release that is signed already. */
export async function composeAround(
  manifest: SignedManifest,
  to: IssueTo,
  { messageKey }: Pick<SignWith, 'messageKey'>,
  { clock, random, topics, nextSeq }: Omit<ComposeDeps, 'catalogue'>,
): Promise<Composition> {
  const { version, description } = manifest;
  const { vin, ecuId } = to;
  const now = clock.now();
  const seq = nextSeq(vin);
  const updateId = random.uuid();
  const expiresAt = now + to.expiresInSeconds * 1_000;
  // What a person looks for stands first: this text is shown as it is.
  const message = {
    version,
    description,
    messageId: random.uuid(),
    updateId,
    vin,
    ecuId,
    seq,
    sender: BACKEND,
    issuedAt: new Date(now).toISOString(),
    expires: new Date(expiresAt).toISOString(),
    manifest: manifest as JsonObject,
  };
  const signed = await signObject(message, { key: messageKey, typ: typOf('issue_details') });
  const bytes = encodePayload(signed);
  return {
    topic: topics.of('issue_details', vin),
    qos: 1,
    payload: Buffer.from(bytes).toString('utf8'),
    composedId: to.composedId ?? random.uuid(),
    releaseId: manifest.releaseId,
    updateId,
    bytes,
    manifests: [manifest],
    version,
    members: [],
    draft: { vin, ecuId },
    description,
    seq,
    composedAt: now,
    expiresAt,
  };
}

/** @throws BackendError DRAFT_INVALID, with the first field that is not as described */
export function parsed<T extends z.ZodType>(schema: T, given: unknown): z.infer<T> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new BackendError(
    'DRAFT_INVALID',
    `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'not as described'}`,
    { next: 'Correct the field and compose again.', cause: result.error },
  );
}
