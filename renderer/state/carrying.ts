import type { BenchView, RoleName, VehicleView } from '#core/contract';
import { isOff } from './rack.ts';

/**
 * Roles that carry an update to `vehicle` and do not run, as after a crash; empty if all do. The
 * simulated vehicles are started for one that is known to be among them, never for one that nobody
 * has heard of yet.
 */
export function missingRoles(
  roles: BenchView['roles'],
  vehicle: VehicleView | undefined,
): readonly RoleName[] {
  const isOwn = vehicle !== undefined && isOff(vehicle);
  const carrying: RoleName[] = ['broker', 'backend', ...(isOwn ? ['dcu' as const] : [])];
  return carrying.filter((role) => roles[role].kind !== 'on');
}

/** Commands about an update are the backend's, which sends them over the broker. */
export function takesCommands(missing: readonly RoleName[]): boolean {
  return !missing.includes('broker') && !missing.includes('backend');
}
