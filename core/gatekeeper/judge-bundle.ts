import {
  type Bundle,
  type InventoryEcu,
  type IssueDetails,
  type ReleaseManifest,
} from '#core/protocol';
import { BUNDLE_TYP, bundleFault, RELEASE_TYP } from '#core/signing';
import { assertCompatible, assertCounter, assertGroup, chooseEcu } from './compatible.ts';
import type { Draft, JudgeDeps } from './judge-types.ts';
import { asking, imageAgrees, releaseNotExpired, releaseSigned } from './rules.ts';
import { GateError, type GateVerdict } from './verdict.ts';

export type Bundled = { readonly bundle: Bundle; readonly manifests: readonly ReleaseManifest[] };

/**
 * [G3] [D8] The bundle is signed by a release key, each manifest of it too, and they are exactly
 * those it names. Null for an issue about one ECU.
 */
export async function bundleSigned(
  issue: IssueDetails,
  draft: Draft,
  deps: JudgeDeps,
): Promise<Bundled | null> {
  const { bundle, manifests = [] } = issue;
  if (bundle === undefined && issue.manifests === undefined) return null;
  if (bundle === undefined) {
    throw new GateError('G3', 'BUNDLE_MISSING', 'several manifests, and no bundle to bind them');
  }
  if (issue.manifest !== undefined) {
    throw new GateError('G3', 'BUNDLE_MISMATCH', 'a bundle, and a manifest besides');
  }
  await releaseSigned(bundle, BUNDLE_TYP, 'bundle', draft, deps);
  for (const manifest of manifests) {
    await releaseSigned(manifest, RELEASE_TYP, `manifest ${manifest.releaseId}`, draft, deps);
  }
  const fault = asking('G3', () => bundleFault(bundle, manifests));
  if (fault !== null) throw new GateError('G3', fault.code, fault.detail);
  return { bundle, manifests };
}

/** [G4] */
export function bundleNotExpired({ bundle, manifests }: Bundled, now: number): void {
  releaseNotExpired(bundle, now, 'bundle');
  for (const each of manifests) {
    releaseNotExpired(each, now, `manifest ${each.releaseId}`);
  }
}

/** [G6] [G7] [G8] of each release of a bundle, against the set as it will be. */
export async function judgeGroup(
  vin: string,
  issue: IssueDetails,
  { bundle, manifests }: Bundled,
  draft: Draft,
  deps: JudgeDeps,
): Promise<GateVerdict> {
  const ecus = deps.ecus(vin);
  const chosen: InventoryEcu[] = [];
  for (const [at, manifest] of manifests.entries()) {
    draft.manifest = manifest;
    await imageAgrees(manifest, deps.catalogue);
    const ecu = chooseEcu(vin, { ...issue, ecuId: issue.ecuIds?.[at] }, manifest, ecus);
    assertCompatible(ecu, manifest, ecus ?? [], manifests);
    assertCounter(ecu, manifest);
    chosen.push(ecu);
  }
  assertGroup(chosen, manifests);
  const ecuIds = chosen.map((ecu) => String(ecu.ecuId));
  const { subject } = draft;
  const [manifest] = manifests;
  if (manifest === undefined) throw new GateError('G3', 'BUNDLE_INCOMPLETE', 'no manifest');
  subject.ecuId = null;
  const group = { bundle, manifests, ecuIds };
  return { kind: 'passed', status: 'Available', subject, manifest, group };
}
