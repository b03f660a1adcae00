import type { InventoryEcu, ReleaseManifest } from '#core/protocol';
import { installedCounter, type EcuBanks } from './banks.ts';
import { refuse } from './errors.ts';
import type { EcuProfile, VehicleConditions } from './profile.ts';

/** What the hardware stands, whatever a release asks for. */
export type Limits = Pick<EcuProfile, 'supplyWindow' | 'temperatureCelsius'>;

/**
 * [D3] What must hold on the vehicle, checked before the acknowledgment and once more before the
 * first write: a download may take long enough for somebody to drive off.
 *
 * @param freeBytes what the vehicle and this computer both have left
 * @throws DcuError SUPPLY_LOW, SUPPLY_HIGH, TEMPERATURE, IGNITION, NOT_PARKED, NO_SPACE
 */
export function checkConditions(
  manifest: ReleaseManifest,
  limits: Limits,
  vehicle: VehicleConditions,
  freeBytes: number,
): void {
  const { ignition, parked, minFreeBytes } = manifest.preconditions;
  checkSupply(manifest, limits, vehicle);
  if (ignition !== undefined && vehicle.ignition !== ignition) {
    throw refuse(
      'IGNITION',
      `the ignition is ${vehicle.ignition}, the release asks for ${ignition}`,
    );
  }
  if (parked !== undefined && vehicle.parked !== parked) {
    throw refuse(
      'NOT_PARKED',
      parked ? 'the vehicle is not parked' : 'the vehicle is parked, the release asks otherwise',
    );
  }
  const needed = Math.max(minFreeBytes ?? 0, manifest.firmware.length);
  if (freeBytes < needed) {
    throw refuse('NO_SPACE', `${freeBytes} bytes are free, the release needs ${needed}`);
  }
}

/**
 * [D3] Supply and temperature, looked at again with every step of a write.
 *
 * @throws DcuError SUPPLY_LOW, SUPPLY_HIGH, TEMPERATURE
 */
export function checkSupply(
  manifest: ReleaseManifest,
  { supplyWindow, temperatureCelsius }: Limits,
  vehicle: VehicleConditions,
): void {
  const { minSupplyMillivolts } = manifest.preconditions;
  const has = vehicle.supplyMillivolts;
  if (minSupplyMillivolts !== undefined && has < minSupplyMillivolts) {
    throw refuse(
      'SUPPLY_LOW',
      `the supply has ${has} mV, the release asks for ${minSupplyMillivolts} mV`,
    );
  }
  if (supplyWindow !== null) {
    const { minMillivolts: least, maxMillivolts: most } = supplyWindow;
    const stands = `the ECU is written to between ${least} and ${most} mV`;
    if (has < least) throw refuse('SUPPLY_LOW', `the supply has ${has} mV, ${stands}`);
    if (has > most) throw refuse('SUPPLY_HIGH', `the supply has ${has} mV, ${stands}`);
  }
  if (temperatureCelsius === null) return;
  const { min, max } = temperatureCelsius;
  const is = vehicle.temperatureCelsius;
  if (is >= min && is <= max) return;
  throw refuse('TEMPERATURE', `it is ${is} °C, the ECU is written to between ${min} and ${max} °C`);
}

/**
 * What must hold among the vehicle's ECUs: the release is made for this one, is not older than
 * what runs, and what it builds upon is there and runs.
 *
 * @throws DcuError HARDWARE_MISMATCH, COUNTER_BELOW, REQUIRES_UNMET, DEPENDENCY_DOWN
 */
export function checkFit(
  manifest: ReleaseManifest,
  ecu: EcuBanks,
  vehicle: readonly EcuBanks[],
  /** Releases that are installed together with this one, each in its turn [D8]. */
  planned: readonly ReleaseManifest[] = [],
): void {
  const { hardwareId, ecuId } = ecu.profile;
  if (manifest.hardwareId !== hardwareId) {
    throw refuse(
      'HARDWARE_MISMATCH',
      `${ecuId} is ${hardwareId}, the release is made for ${manifest.hardwareId}`,
    );
  }
  const installed = installedCounter(ecu.meta());
  if (manifest.releaseCounter < installed) {
    throw refuse(
      'COUNTER_BELOW',
      `${ecuId} runs release counter ${installed}, the offered one is ${manifest.releaseCounter}`,
    );
  }
  for (const wanted of ecu.profile.dependsOn) {
    const other = vehicle.find((each) => each.profile.ecuId === wanted);
    const state = other === undefined ? 'missing' : other.meta().banks[other.meta().active].state;
    if (state === 'active') continue;
    throw refuse('DEPENDENCY_DOWN', `${ecuId} depends on ${wanted}, whose software is ${state}`);
  }
  for (const { hardwareId: wanted, minReleaseCounter } of manifest.requires) {
    const isPlanned = planned.some(
      (other) =>
        // It comes in its own turn: what it requires has to be there before.
        other.releaseId !== manifest.releaseId &&
        other.hardwareId === wanted &&
        other.releaseCounter >= minReleaseCounter,
    );
    if (isPlanned) continue;
    const met = vehicle.some(
      (other) =>
        other.profile.hardwareId === wanted && installedCounter(other.meta()) >= minReleaseCounter,
    );
    if (!met) {
      throw refuse(
        'REQUIRES_UNMET',
        `the release needs ${wanted} at release counter ${minReleaseCounter} or above`,
      );
    }
  }
}

/** One ECU as the retained inventory shows it. */
export function inventoryOf(ecu: EcuBanks): InventoryEcu {
  const { ecuId, name, hardwareId, partNumber, bootloaderSha256, layout, dependsOn } = ecu.profile;
  const meta = ecu.meta();
  return {
    ecuId,
    name,
    hardwareId,
    partNumber,
    bootloaderSha256,
    layout,
    ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }),
    activeBank: meta.active,
    banks: (['A', 'B'] as const).map((bank) => {
      const record = meta.banks[bank];
      const software = record.state === 'empty' ? null : record.software;
      return {
        bank,
        state: record.state,
        version: software?.version ?? null,
        sha256: software?.sha256 ?? null,
        length: software?.length ?? null,
        releaseCounter: software?.releaseCounter ?? null,
      };
    }),
  };
}
