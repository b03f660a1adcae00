import { softwareIn, type Software } from './bank-meta.ts';
import type { EcuBanks } from './banks.ts';
import type { Why } from './errors.ts';

type Running = {
  readonly ecuId: string;
  readonly hardwareId: string;
  readonly software: Software;
};
type Requirement = NonNullable<Software['requires']>[number];

/**
 * What speaks against `ecu` running `next` again, by what releases require of each other: an ECU
 * that runs needs the newer one, or `next` itself needs something newer than what is there. What is
 * unmet already stays out of it, so that a vehicle in disorder can still be brought back.
 */
export function objectionTo(
  ecu: EcuBanks,
  next: Software,
  vehicle: readonly EcuBanks[],
): Why | null {
  const before = vehicle.flatMap(runningIn);
  const { ecuId, hardwareId } = ecu.profile;
  const others = before.filter((one) => one.ecuId !== ecuId);
  const after = [...others, { ecuId, hardwareId, software: next }];
  for (const other of others) {
    const lost = (other.software.requires ?? []).find(
      (wanted) => isMet(wanted, before) && !isMet(wanted, after),
    );
    if (lost === undefined) continue;
    return {
      code: 'STILL_REQUIRED',
      detail: `${other.ecuId} runs ${other.software.version}, which requires ${counterOf(lost)}; ${next.version} of ${ecuId} has ${next.releaseCounter}`,
    };
  }
  const unmet = (next.requires ?? []).find((wanted) => !isMet(wanted, after));
  if (unmet === undefined) return null;
  return {
    code: 'REQUIRES_UNMET',
    detail: `${next.version} of ${ecuId} requires ${counterOf(unmet)}, which the vehicle has not`,
  };
}

function runningIn(ecu: EcuBanks): Running[] {
  const meta = ecu.meta();
  const software = softwareIn(meta, meta.active);
  // One that does not start needs nobody.
  if (software === null || meta.banks[meta.active].state !== 'active') return [];
  const { ecuId, hardwareId } = ecu.profile;
  return [{ ecuId, hardwareId, software }];
}

function isMet({ hardwareId, minReleaseCounter }: Requirement, all: readonly Running[]): boolean {
  return all.some(
    (one) => one.hardwareId === hardwareId && one.software.releaseCounter >= minReleaseCounter,
  );
}

function counterOf({ hardwareId, minReleaseCounter }: Requirement): string {
  return `${hardwareId} at release counter ${minReleaseCounter} or above`;
}
