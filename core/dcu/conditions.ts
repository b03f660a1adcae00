import type { InventoryEcu, ReleaseManifest } from '#core/protocol';
import { installedCounter, type EcuBanks } from './banks.ts';
import { refuse, type DcuError } from './errors.ts';
import type { DcuProfile, EcuProfile, VehicleConditions } from './profile.ts';

/** What the hardware stands, whatever a release asks for. */
export type Limits = Pick<EcuProfile, 'supplyWindow' | 'temperatureCelsius'>;

/** One thing that [D3] looks at: what is, what is asked for, and why that will not do. */
export type ConditionCheck = {
  readonly condition: 'supply' | 'temperature' | 'ignition' | 'parked' | 'space';
  readonly has: number | boolean | 'on' | 'off';
  /** Bounds of a measured value, in its own unit: mV, °C, bytes. */
  readonly min: number | null;
  readonly max: number | null;
  /** Of what is not measured: what is asked for; null where anything will do. */
  readonly wants: boolean | 'on' | 'off' | null;
  /** Null where it holds. */
  readonly refusal: DcuError | null;
};

/**
 * [D3] Everything that is looked at before a write, held or not, in the order in which it is asked.
 *
 * @param freeBytes what the vehicle and this computer both have left
 */
export function conditionChecks(
  manifest: ReleaseManifest,
  limits: Limits,
  vehicle: VehicleConditions,
  freeBytes: number,
): ConditionCheck[] {
  const { ignition, parked } = manifest.preconditions;
  return [
    ...supplyChecks(manifest, limits, vehicle),
    {
      ...{ condition: 'ignition', has: vehicle.ignition, min: null, max: null },
      wants: ignition ?? null,
      refusal:
        ignition === undefined || vehicle.ignition === ignition
          ? null
          : refuse(
              'IGNITION',
              `the ignition is ${vehicle.ignition}, the release asks for ${ignition}`,
            ),
    },
    {
      ...{ condition: 'parked', has: vehicle.parked, min: null, max: null },
      wants: parked ?? null,
      refusal:
        parked === undefined || vehicle.parked === parked
          ? null
          : refuse(
              'NOT_PARKED',
              parked
                ? 'the vehicle is not parked'
                : 'the vehicle is parked, the release asks otherwise',
            ),
    },
    spaceCheck(manifest, freeBytes),
  ];
}

function spaceCheck(manifest: ReleaseManifest, freeBytes: number): ConditionCheck {
  const needed = Math.max(manifest.preconditions.minFreeBytes ?? 0, manifest.firmware.length);
  return {
    ...{ condition: 'space', has: freeBytes, min: needed, max: null, wants: null },
    refusal:
      freeBytes >= needed
        ? null
        : refuse('NO_SPACE', `${freeBytes} bytes are free, the release needs ${needed}`),
  };
}

function supplyChecks(
  manifest: ReleaseManifest,
  limits: Limits,
  vehicle: VehicleConditions,
): ConditionCheck[] {
  const { supplyWindow, temperatureCelsius } = limits;
  const { minSupplyMillivolts: asked } = manifest.preconditions;
  const least = Math.max(asked ?? -Infinity, supplyWindow?.minMillivolts ?? -Infinity);
  return [
    {
      ...{ condition: 'supply', has: vehicle.supplyMillivolts, wants: null },
      min: Number.isFinite(least) ? least : null,
      max: supplyWindow?.maxMillivolts ?? null,
      refusal: supplyRefusal(asked, supplyWindow, vehicle.supplyMillivolts),
    },
    {
      ...{ condition: 'temperature', has: vehicle.temperatureCelsius, wants: null },
      min: temperatureCelsius?.min ?? null,
      max: temperatureCelsius?.max ?? null,
      refusal: temperatureRefusal(temperatureCelsius, vehicle.temperatureCelsius),
    },
  ];
}

function supplyRefusal(
  asked: number | undefined,
  window: Limits['supplyWindow'],
  has: number,
): DcuError | null {
  if (asked !== undefined && has < asked) {
    return refuse('SUPPLY_LOW', `the supply has ${has} mV, the release asks for ${asked} mV`);
  }
  if (window === null) return null;
  const { minMillivolts: least, maxMillivolts: most } = window;
  const stands = `the ECU is written to between ${least} and ${most} mV`;
  if (has < least) return refuse('SUPPLY_LOW', `the supply has ${has} mV, ${stands}`);
  if (has > most) return refuse('SUPPLY_HIGH', `the supply has ${has} mV, ${stands}`);
  return null;
}

function temperatureRefusal(limits: Limits['temperatureCelsius'], is: number): DcuError | null {
  if (limits === null || (is >= limits.min && is <= limits.max)) return null;
  const { min, max } = limits;
  return refuse(
    'TEMPERATURE',
    `it is ${is} °C, the ECU is written to between ${min} and ${max} °C`,
  );
}

/**
 * [D3] What must hold on the vehicle, checked before the acknowledgment and once more before the
 * first write: a download may take long enough for somebody to drive off.
 *
 * @throws DcuError SUPPLY_LOW, SUPPLY_HIGH, TEMPERATURE, IGNITION, NOT_PARKED, NO_SPACE
 */
export function checkConditions(
  manifest: ReleaseManifest,
  limits: Limits,
  vehicle: VehicleConditions,
  freeBytes: number,
): void {
  throwFirst(conditionChecks(manifest, limits, vehicle, freeBytes));
}

/**
 * [D3] Supply and temperature, looked at again with every step of a write.
 *
 * @throws DcuError SUPPLY_LOW, SUPPLY_HIGH, TEMPERATURE
 */
export function checkSupply(
  manifest: ReleaseManifest,
  limits: Limits,
  vehicle: VehicleConditions,
): void {
  throwFirst(supplyChecks(manifest, limits, vehicle));
}

function throwFirst(checks: readonly ConditionCheck[]): void {
  for (const { refusal } of checks) if (refusal !== null) throw refusal;
}

/** An ECU's own limits before the vehicle's. */
export function limitsOf(
  profile: Pick<DcuProfile, 'supplyWindow'>,
  ecu: Pick<EcuProfile, 'supplyWindow' | 'temperatureCelsius'>,
): Limits {
  const { supplyWindow, temperatureCelsius } = ecu;
  return { supplyWindow: supplyWindow ?? profile.supplyWindow, temperatureCelsius };
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
