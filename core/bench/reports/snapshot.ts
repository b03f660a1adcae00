import { type EcuView, type ReportBasis, type ReportEcu, type VehicleView } from '#core/contract';
import { type Dcu } from '#core/dcu';
import { type NotedSnapshot } from '#core/report';

/** What a vehicle's surroundings are, without a look at its ECUs. */
export function conditionsOf(vehicle: VehicleView | undefined, at: number): NotedSnapshot {
  return {
    at,
    online: vehicle?.online ?? false,
    simulated: vehicle?.simulated ?? false,
    conditions: vehicle?.conditions ?? null,
    ecus: [],
  };
}

/** As it says of itself: a simulated vehicle by its records, another by its last inventory. */
export function recordedOf(vehicle: VehicleView | undefined, at: number): NotedSnapshot {
  const basis = vehicle?.simulated === true ? 'recorded' : 'reported';
  return {
    ...conditionsOf(vehicle, at),
    ecus: (vehicle?.ecus ?? []).map((ecu) => shown(ecu, basis)),
  };
}

/** What a vehicle may be busy with while nothing is written to its banks. */
const UNWRITTEN: ReadonlySet<string> = new Set(['checking', 'downloading', 'awaiting', 'closing']);

/**
 * With every bank read and hashed where that can be done: of a simulated vehicle that writes to none
 * of them. What cannot be read stays as it is recorded, and is marked so.
 */
export async function measuredOf(
  vehicle: VehicleView | undefined,
  dcu: Dcu | undefined,
  at: number,
): Promise<NotedSnapshot> {
  const recorded = recordedOf(vehicle, at);
  const phase = vehicle?.job?.phase ?? 'closing';
  if (dcu === undefined || !UNWRITTEN.has(phase)) return recorded;
  const ecus: ReportEcu[] = [];
  for (const ecu of recorded.ecus) ecus.push(await measured(ecu, dcu));
  return { ...recorded, ecus };
}

/** Whether the ECUs hold by their records what they held then. */
export function isStill(now: NotedSnapshot, then: NotedSnapshot): boolean {
  const holds = ({ ecus }: NotedSnapshot): string =>
    JSON.stringify(
      ecus.map(({ ecuId, activeBank, banks }) => [
        ecuId,
        activeBank,
        ...banks.map(({ state, claimedSha256 }) => [state, claimedSha256]),
      ]),
    );
  return holds(now) === holds(then);
}

async function measured(ecu: ReportEcu, dcu: Dcu): Promise<ReportEcu> {
  // A vehicle that was removed meanwhile, or lost its power, has nothing to be read.
  const evidence = await dcu.measure(ecu.ecuId).catch(() => null);
  if (evidence === null) return ecu;
  const banks = ecu.banks.map((bank) => {
    const found = evidence.banks.find((each) => each.bank === bank.bank);
    return found ? { ...bank, state: found.state, sha256: found.sha256 } : bank;
  });
  return { ...ecu, activeBank: evidence.activeBank, banks, basis: 'measured' };
}

function shown(ecu: EcuView, basis: ReportBasis): ReportEcu {
  const { ecuId, name, hardwareId, partNumber, bootloaderSha256, layout, activeBank } = ecu;
  return {
    ...{ ecuId, name, hardwareId, partNumber, bootloaderSha256, layout, activeBank, basis },
    banks: ecu.banks.map(({ bank, state, version, sha256, length, releaseCounter }) => ({
      ...{ bank, state, version, sha256, claimedSha256: sha256, length, releaseCounter },
    })),
  };
}
