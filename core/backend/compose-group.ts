import { GroupDraft } from '#core/contract';
import { encodePayload, orderMembers, type Bundle, type JsonObject } from '#core/protocol';
import type { SignedManifest } from '#core/catalogue';
import { BUNDLE_TYP, manifestDigest, signObject, typOf } from '#core/signing';
import {
  BACKEND,
  parsed,
  type ComposeDeps,
  type Composition,
  type IssueTo,
  type SignWith,
} from './compose.ts';
import { BackendError } from './errors.ts';
import { RELEASE_LIFETIME_MS, signManifest, type EcuTarget } from './sign-release.ts';

/**
 * [D8] Signs a manifest for each ECU, the bundle over them, and the `issue_details` around it all.
 * Nothing is stored but the counter.
 *
 * @throws BackendError DRAFT_INVALID, ARTIFACT_UNKNOWN, BUNDLE_CYCLE; ProtocolError TOO_LARGE
 */
export async function composeGroup(
  given: GroupDraft,
  targetOf: (ecuId: string) => EcuTarget,
  signWith: SignWith,
  deps: ComposeDeps,
): Promise<Composition> {
  const draft = parsed(GroupDraft, given);
  const targets = draft.members.map(({ ecuId, requires }) => ({ ...targetOf(ecuId), requires }));
  const order = orderOf(targets);
  const manifests: SignedManifest[] = [];
  for (const target of order) {
    const member = draft.members.find(({ ecuId }) => ecuId === target.ecuId);
    if (member === undefined) continue;
    const text = { ...member, description: draft.description };
    manifests.push(await signManifest(text, target, signWith.releaseKey, deps));
  }
  const ecuIds = order.map(({ ecuId }) => ecuId);
  return composeBundle({ manifests, ecuIds }, draft, signWith, deps);
}

/** The bundle over releases that are signed already, in the order given, and the message around it. */
export async function composeBundle(
  { manifests, ecuIds }: { manifests: readonly SignedManifest[]; ecuIds: readonly string[] },
  draft: Omit<IssueTo, 'ecuId'> & { readonly version: string; readonly description: string },
  signWith: SignWith,
  { clock, random, topics, nextSeq }: Omit<ComposeDeps, 'catalogue'>,
): Promise<Composition> {
  const now = clock.now();
  const bundle: Bundle = {
    bundleId: random.uuid(),
    releases: manifests.map((manifest) => ({
      releaseId: manifest.releaseId,
      hardwareId: manifest.hardwareId,
      sha256: manifestDigest(manifest),
    })),
    createdAt: new Date(now).toISOString(),
    expires: new Date(now + RELEASE_LIFETIME_MS).toISOString(),
  };
  const signedBundle = await signObject(bundle, { key: signWith.releaseKey, typ: BUNDLE_TYP });
  const seq = nextSeq(draft.vin);
  const updateId = random.uuid();
  const expiresAt = now + draft.expiresInSeconds * 1_000;
  const message = {
    version: draft.version,
    description: draft.description,
    messageId: random.uuid(),
    updateId,
    vin: draft.vin,
    seq,
    sender: BACKEND,
    issuedAt: new Date(now).toISOString(),
    expires: new Date(expiresAt).toISOString(),
    bundle: signedBundle as JsonObject,
    manifests: manifests as unknown as JsonObject[],
    ecuIds: [...ecuIds],
  };
  const key = signWith.messageKey;
  const bytes = encodePayload(await signObject(message, { key, typ: typOf('issue_details') }));
  return {
    topic: topics.of('issue_details', draft.vin),
    qos: 1,
    payload: Buffer.from(bytes).toString('utf8'),
    composedId: draft.composedId ?? random.uuid(),
    releaseId: bundle.bundleId,
    updateId,
    bytes,
    manifests,
    version: draft.version,
    draft: { vin: draft.vin, ecuId: '' },
    members: manifests.map(({ releaseId, version }, at) => ({
      ...{ ecuId: ecuIds[at] ?? '', releaseId, version },
    })),
    description: draft.description,
    seq,
    composedAt: now,
    expiresAt,
  };
}

/** @throws BackendError BUNDLE_CYCLE */
export function orderOf<T extends EcuTarget & { requires: readonly { hardwareId: string }[] }>(
  targets: readonly T[],
): readonly T[] {
  const ordered = orderMembers(targets);
  if ('order' in ordered) return ordered.order;
  throw new BackendError(
    'BUNDLE_CYCLE',
    `${ordered.cycle.join(', ')} each wait for another of them`,
    { next: 'Take one of the requirements out; no order satisfies them all.' },
  );
}
