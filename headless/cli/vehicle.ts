import { type BenchClient } from '#core/bench';
import { type EcuView, type VehicleView } from '#core/contract';
import { HeadlessError } from '../errors.ts';

/** A simulated vehicle reports within a second; an outside one may just be connecting. */
const VEHICLE_WAIT_MS = 15_000;

/** The ECU of a vehicle that is online, once `wanted` holds; refused when it does not in time. */
export async function waitForEcu(
  client: BenchClient,
  where: { vin: string; ecuId: string },
  signal: AbortSignal,
  wanted: (ecu: EcuView) => boolean = () => true,
): Promise<EcuView> {
  const late = AbortSignal.timeout(VEHICLE_WAIT_MS);
  const either = AbortSignal.any([signal, late]);
  let seen: VehicleView | undefined;
  try {
    for await (const frame of await client.vehicles.watch(undefined, { signal: either })) {
      seen = frame.upserts.find((each) => each.vin === where.vin) ?? seen;
      const ecu = seen?.ecus.find((each) => each.ecuId === where.ecuId);
      if (seen?.online === true && ecu && wanted(ecu)) return ecu;
    }
  } catch (error) {
    if (!either.aborted) throw error;
  }
  signal.throwIfAborted();
  throw notSeen(where, seen);
}

function notSeen(
  { vin, ecuId }: { vin: string; ecuId: string },
  seen: VehicleView | undefined,
): HeadlessError {
  const seconds = VEHICLE_WAIT_MS / 1_000;
  if (seen && !seen.ecus.some((each) => each.ecuId === ecuId)) {
    const known = seen.ecus.map((each) => each.ecuId).join(', ') || 'none';
    return new HeadlessError('VEHICLE_SILENT', `${vin} has no ECU "${ecuId}"; it has: ${known}`, {
      next: 'name one of those with --ecu',
    });
  }
  return new HeadlessError('VEHICLE_SILENT', `${vin} did not report for ${seconds} seconds`, {
    next: 'check --vin, and that the vehicle is connected to this broker and its key is trusted',
  });
}
