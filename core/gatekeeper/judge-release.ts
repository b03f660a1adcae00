import type { InventoryEcu, ReleaseManifest } from '#core/protocol';
import { RELEASE_TYP } from '#core/signing';
import { assertCompatible, assertCounter, chooseEcu } from './compatible.ts';
import type { JudgeDeps } from './judge-types.ts';
import { imageAgrees, releaseNotExpired, releaseSigned } from './rules.ts';
import { GateError, reasonOf, type GateReason, type GateRule, type Mark } from './verdict.ts';

/** Where a release would go. */
export type ReleaseTarget = {
  readonly vin: string;
  /** Null: the only one with the release's hardware. */
  readonly ecuId: string | null;
  /** What the vehicle says it has; null for one that has said nothing. */
  readonly ecus: readonly InventoryEcu[] | null;
  /** [D8] What would be installed together with it. */
  readonly planned: readonly ReleaseManifest[];
};

export type ReleaseVerdict =
  | { kind: 'fits'; ecuId: string; mark: Mark }
  | { kind: 'refused'; rule: GateRule; reason: GateReason };

/**
 * What the gatekeeper would say of a release if it were issued to this vehicle now: [G3], [G4] and
 * [G6] to [G8], in their order. Nothing is sent, and nothing remembered.
 */
export async function judgeRelease(
  manifest: ReleaseManifest,
  { vin, ecuId, ecus, planned }: ReleaseTarget,
  deps: Pick<JudgeDeps, 'verify' | 'policy' | 'now' | 'catalogue'>,
): Promise<ReleaseVerdict> {
  const subject: { mark: Mark } = { mark: 'valid' };
  const { version, description } = manifest;
  try {
    await releaseSigned(manifest, RELEASE_TYP, 'manifest', { subject }, deps);
    releaseNotExpired(manifest, deps.now, 'manifest');
    await imageAgrees(manifest, deps.catalogue);
    const issue = { version, description, ...(ecuId === null ? {} : { ecuId }) };
    const ecu = chooseEcu(vin, issue, manifest, ecus);
    assertCompatible(ecu, manifest, ecus ?? [], planned);
    assertCounter(ecu, manifest);
    return { kind: 'fits', ecuId: String(ecu.ecuId), mark: subject.mark };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { kind: 'refused', rule: error.rule, reason: reasonOf(error) };
  }
}
