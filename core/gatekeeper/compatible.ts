import type { Catalogue } from '#core/catalogue';
import {
  orderMembers,
  type InventoryEcu,
  type IssueDetails,
  type ReleaseManifest,
} from '#core/protocol';
import { GateError } from './verdict.ts';

/** Release counter of the software an ECU runs; null for one that never said. */
function installedCounter(ecu: InventoryEcu): number | null {
  return ecu.banks.find((bank) => bank.bank === ecu.activeBank)?.releaseCounter ?? null;
}

/**
 * [G6] The release that a short message means: its version, for hardware this vehicle has,
 * for the named ECU where one is named.
 */
export function findRelease(
  issue: IssueDetails,
  ecus: readonly InventoryEcu[] | null,
  catalogue: Pick<Catalogue, 'releaseByVersion'>,
): ReleaseManifest {
  const wanted = (ecus ?? []).filter(
    (ecu) => issue.ecuId === undefined || String(ecu.ecuId) === String(issue.ecuId),
  );
  for (const { hardwareId } of wanted) {
    const release = catalogue.releaseByVersion(issue.version, hardwareId);
    if (release !== null) return release;
  }
  // None that fits: whatever bears this version lets [G7] say what disagrees.
  const any = catalogue.releaseByVersion(issue.version);
  if (any !== null) return any;
  throw new GateError('G6', 'RELEASE_UNKNOWN', `no release of version ${issue.version}`);
}

/** [G7] The ECU meant: the one named, else the only one with the release's hardware. */
export function chooseEcu(
  vin: string,
  issue: IssueDetails,
  manifest: ReleaseManifest,
  ecus: readonly InventoryEcu[] | null,
): InventoryEcu {
  if (ecus === null) {
    throw new GateError('G7', 'VEHICLE_UNKNOWN', `${vin} has published no inventory that counts`);
  }
  if (issue.ecuId !== undefined) {
    const named = ecus.find((ecu) => String(ecu.ecuId) === String(issue.ecuId));
    if (named !== undefined) return named;
    throw new GateError(
      'G7',
      'ECU_UNKNOWN',
      `${vin} has no ECU ${String(issue.ecuId)}, only ${listed(ecus.map((e) => e.ecuId))}`,
    );
  }
  const [first, ...more] = ecus.filter((ecu) => ecu.hardwareId === manifest.hardwareId);
  if (first === undefined) {
    throw new GateError(
      'G7',
      'HARDWARE_INCOMPATIBLE',
      `the release is for ${manifest.hardwareId}, ${vin} has ${listed(ecus.map((e) => e.hardwareId))}`,
    );
  }
  if (more.length > 0) {
    throw new GateError(
      'G7',
      'ECU_AMBIGUOUS',
      `ECUs ${listed([first, ...more].map((e) => e.ecuId))} of ${vin} all have ${manifest.hardwareId}; name one as ecuId`,
    );
  }
  return first;
}

/** [G7] The hardware is the release's, and what it requires runs on the vehicle. */
export function assertCompatible(
  ecu: InventoryEcu,
  manifest: ReleaseManifest,
  ecus: readonly InventoryEcu[],
  /** Releases that come together with this one [D8]. */
  planned: readonly ReleaseManifest[] = [],
): void {
  if (ecu.hardwareId !== manifest.hardwareId) {
    throw new GateError(
      'G7',
      'HARDWARE_INCOMPATIBLE',
      `the release is for ${manifest.hardwareId}, ECU ${String(ecu.ecuId)} is ${ecu.hardwareId}`,
    );
  }
  for (const { hardwareId, minReleaseCounter } of manifest.requires) {
    const isPlanned = planned.some(
      (other) =>
        // It comes in its own turn: what it requires has to be there before.
        other.releaseId !== manifest.releaseId &&
        other.hardwareId === hardwareId &&
        other.releaseCounter >= minReleaseCounter,
    );
    if (isPlanned) continue;
    const counters = ecus
      .filter((one) => one.hardwareId === hardwareId)
      .map((one) => installedCounter(one));
    if (counters.some((counter) => counter !== null && counter >= minReleaseCounter)) continue;
    throw new GateError(
      'G7',
      'REQUIREMENT_UNMET',
      `requires ${hardwareId} at release counter ${String(minReleaseCounter)} or above, installed: ${listed(counters.map((counter) => counter ?? 'unknown'))}`,
    );
  }
}

/** [G8] No going back: the counter is at least the installed one. */
export function assertCounter(ecu: InventoryEcu, manifest: ReleaseManifest): void {
  const installed = installedCounter(ecu);
  if (installed === null || manifest.releaseCounter >= installed) return;
  throw new GateError(
    'G8',
    'COUNTER_BELOW_INSTALLED',
    `release counter ${String(manifest.releaseCounter)} is below ${String(installed)}, installed on ECU ${String(ecu.ecuId)}`,
  );
}

/** [G7] [D8] Each ECU once, and in some order that satisfies what they require of each other. */
export function assertGroup(
  ecus: readonly InventoryEcu[],
  manifests: readonly ReleaseManifest[],
): void {
  const ecuIds = ecus.map(({ ecuId }) => String(ecuId));
  const twice = ecuIds.find((ecuId, at) => ecuIds.indexOf(ecuId) !== at);
  if (twice !== undefined) {
    throw new GateError('G7', 'BUNDLE_MISMATCH', `two releases of the bundle are for ECU ${twice}`);
  }
  const ordered = orderMembers(
    manifests.map(({ hardwareId, requires }, at) => ({
      ...{ hardwareId, requires, ecuId: ecuIds[at] ?? hardwareId },
      dependsOn: ecus[at]?.dependsOn ?? [],
    })),
  );
  if ('order' in ordered) return;
  throw new GateError(
    'G7',
    'BUNDLE_CYCLE',
    `${listed(ordered.cycle)} each wait for another of them`,
  );
}

function listed(values: readonly (string | number)[]): string {
  return values.length === 0 ? 'nothing' : values.map(String).join(', ');
}
