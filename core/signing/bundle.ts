import { createHash } from 'node:crypto';
import type { Bundle, ReleaseManifest } from '#core/protocol';
import { canonicalText } from './canonical.ts';

/** SHA-256 of a manifest's canonical text, which leaves its signature out. */
export function manifestDigest(manifest: ReleaseManifest): string {
  return createHash('sha256').update(canonicalText(manifest)).digest('hex');
}

export type BundleFault = {
  readonly code: 'BUNDLE_INCOMPLETE' | 'BUNDLE_MISMATCH';
  readonly detail: string;
};

/** [D8] Whether the manifests are exactly those that the bundle was signed over; null if so. */
export function bundleFault(
  bundle: Bundle,
  manifests: readonly ReleaseManifest[],
): BundleFault | null {
  const given = new Map(manifests.map((one) => [one.releaseId, one]));
  const missing = bundle.releases.filter(({ releaseId }) => !given.has(releaseId));
  if (missing.length > 0) {
    const names = missing.map(({ releaseId }) => releaseId).join(', ');
    return {
      code: 'BUNDLE_INCOMPLETE',
      detail: `bundle ${bundle.bundleId} names ${bundle.releases.length} releases; missing: ${names}`,
    };
  }
  const mismatch = (detail: string): BundleFault => ({ code: 'BUNDLE_MISMATCH', detail });
  const named = new Set(bundle.releases.map(({ releaseId }) => releaseId));
  const stranger = manifests.find(({ releaseId }) => !named.has(releaseId));
  if (stranger !== undefined) {
    return mismatch(`release ${stranger.releaseId} is none of bundle ${bundle.bundleId}`);
  }
  if (manifests.length !== bundle.releases.length || named.size !== bundle.releases.length) {
    return mismatch(`bundle ${bundle.bundleId} or its manifests name a release twice`);
  }
  for (const { releaseId, hardwareId, sha256 } of bundle.releases) {
    const manifest = given.get(releaseId);
    if (manifest === undefined) continue;
    if (manifest.hardwareId !== hardwareId) {
      return mismatch(
        `release ${releaseId} is for ${manifest.hardwareId}, the bundle says ${hardwareId}`,
      );
    }
    const found = manifestDigest(manifest);
    if (found !== sha256) {
      return mismatch(`the manifest of ${releaseId} hashes to ${found}, the bundle says ${sha256}`);
    }
  }
  return null;
}
