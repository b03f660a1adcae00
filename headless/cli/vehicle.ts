import { type BenchClient } from '#core/bench';
import { type EcuView, type VehicleView } from '#core/contract';
import { HeadlessError } from '../errors.ts';

/** A simulated vehicle reports within a second; an outside one may just be connecting. */
const VEHICLE_WAIT_MS = 15_000;

/**
 * The ECU of a vehicle that is online, once `wanted` holds. Refused when the vehicle says nothing
 * in time, and at once when it has no such ECU.
 */
export async function waitForEcu(
  client: BenchClient,
  { vin, ecuId }: { vin: string; ecuId: string },
  signal: AbortSignal,
  {
    wanted = () => true,
    waitMs = VEHICLE_WAIT_MS,
  }: { wanted?: (ecu: EcuView) => boolean; waitMs?: number } = {},
): Promise<EcuView> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
  for await (const frame of await client.vehicles.watch(undefined, { signal: either })) {
    const vehicle = frame.upserts.find((each) => each.vin === vin);
    if (vehicle?.online !== true || vehicle.ecus.length === 0) continue;
    const ecu = vehicle.ecus.find((each) => each.ecuId === ecuId);
    if (ecu === undefined) throw noSuchEcu(vehicle, ecuId);
    if (wanted(ecu)) return ecu;
  }
  signal.throwIfAborted();
  throw silentVehicle(vin, waitMs);
}

/** Online, and it said what it has. @throws HeadlessError VEHICLE_SILENT */
export async function waitForVehicle(
  client: BenchClient,
  vin: string,
  signal: AbortSignal,
): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(VEHICLE_WAIT_MS)]);
  try {
    for await (const { upserts } of await client.vehicles.watch(undefined, { signal: either })) {
      const vehicle = upserts.find((each) => each.vin === vin);
      if (vehicle?.online === true && vehicle.ecus.length > 0) return;
    }
  } catch (error) {
    if (!either.aborted) throw error;
  }
  signal.throwIfAborted();
  throw silentVehicle(vin, VEHICLE_WAIT_MS);
}

export const silentVehicle = (vin: string, waitMs: number): HeadlessError =>
  new HeadlessError('VEHICLE_SILENT', `${vin} did not report for ${waitMs / 1_000} seconds`, {
    next: 'check --vin, and that the vehicle is connected to this broker and its key is trusted',
  });

function noSuchEcu({ vin, ecus }: VehicleView, ecuId: string): HeadlessError {
  const known = ecus.map((each) => each.ecuId).join(', ');
  return new HeadlessError('ECU_UNKNOWN', `${vin} has no ECU "${ecuId}"; it has: ${known}`, {
    next: 'name one of those with --ecu',
  });
}
