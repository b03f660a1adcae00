import { filterMatches } from './filter.ts';
import { type Cast, flowTopic, type VehicleName } from './flows.ts';
import type { AclLine } from './rules.ts';
import { scanAcl } from './scan.ts';

/** The vehicle of examples, for an account that names no VIN. */
const SAMPLE_VIN = 'VIN1234567890';

/**
 * Whose topics each vehicle name stands for. A name is its VIN, but for an account which the
 * list gives lines without ever naming it in a topic, such as one shared `dcu_user`: that
 * speaks for a vehicle of another name. Every VIN holds a digit.
 */
export function vehiclesOf(text: string, cast: Cast): VehicleName[] {
  const scanned = scanAcl(text);
  const named = cast.vehicles.length > 0 ? cast.vehicles : [SAMPLE_VIN];
  const accounts = new Set(scanned.flatMap((line) => (line.kind === 'user' ? line.user : [])));
  const levels = new Set(scanned.flatMap((line) => (line.kind === 'rule' ? line.rule.levels : [])));
  const taken = named.flatMap((vehicle) => (typeof vehicle === 'string' ? [] : vehicle.vin));
  return named.map((vehicle) => {
    if (typeof vehicle !== 'string') return vehicle;
    const account =
      accounts.has(vehicle) && !levels.has(vehicle) && !levels.has('%u') && !/\d/.test(vehicle);
    return { user: vehicle, vin: account ? (taken[0] ?? SAMPLE_VIN) : vehicle };
  });
}

/**
 * Who seems to play which part in somebody else's list: the backend is who issues, the
 * gatekeeper who answers, the others are vehicles. Null where nobody issues.
 */
export function guessCast(text: string, root: string): Cast | null {
  const rules = scanAcl(text).flatMap((line) => (line.kind === 'rule' ? line.rule : []));
  const users = [...new Set(rules.flatMap((rule) => (rule.kind === 'topic' ? rule.user : [])))];
  const named = users.filter((user) => user !== null);
  const writes = (user: string, flow: 'issue_details' | 'status'): boolean =>
    rules.some((rule) => rule.kind === 'topic' && rule.user === user && writesTo(rule, flow, root));
  const backend = named.find((user) => writes(user, 'issue_details'));
  if (backend === undefined) return null;
  const gatekeeper = named.find((user) => user !== backend && writes(user, 'status')) ?? backend;
  const vehicles = named.filter((user) => user !== backend && user !== gatekeeper);
  return { backend, gatekeeper, vehicles, root };
}

function writesTo(rule: AclLine, flow: 'issue_details' | 'status', root: string): boolean {
  return (
    (rule.access === 'write' || rule.access === 'readwrite') &&
    filterMatches(rule.filter, flowTopic(root, flow, SAMPLE_VIN))
  );
}
