import type { AclDiagnostic, DoctorCell, DoctorReport } from '#core/contract';
import { decide } from './decide.ts';
import { diagnoseAcl } from './diagnose.ts';
import { vehiclesOf } from './cast.ts';
import { type Cast, FLOWS, flowTopic, type Part, type VehicleName } from './flows.ts';
import { repairAcl } from './repair.ts';
import type { AclRules } from './rules.ts';
import { scanAcl } from './scan.ts';
import { why } from './why.ts';

/**
 * Holds a list against what the protocol needs: every flow, every identity, both directions.
 *
 * @throws ProtocolError TOPIC_SYNTAX for a root that is none
 */
export function doctor(text: string, cast: Cast): DoctorReport {
  const diagnostics = diagnoseAcl(text);
  const vehicles = vehiclesOf(text, cast);
  const rules = readableRules(text);
  const cells = cellsOf(text, rules, cast, vehicles);
  const broken = brokenFlows(diagnostics, cells, vehicles);
  return {
    diagnostics: [...diagnostics, ...overreach(rules, cast, vehicles)].sort(
      (a, b) => a.line - b.line || a.column - b.column,
    ),
    cells,
    repaired: broken.length === 0 ? null : repairAcl(text, cast),
    broken,
  };
}

/** The lines that can be read, though Mosquitto takes all or nothing. */
function readableRules(text: string): AclRules {
  return { lines: scanAcl(text).flatMap((line) => (line.kind === 'rule' ? line.rule : [])) };
}

type Role = { readonly identity: string; readonly parts: readonly Part[]; readonly vins: string[] };

/** Each identity once, with all the parts it plays and the vehicles whose topics it meets. */
function rolesOf(cast: Cast, vehicles: readonly VehicleName[]): Role[] {
  const everyVin = vehicles.map(({ vin }) => vin);
  const identities = [
    ...new Set([cast.backend, cast.gatekeeper, ...vehicles.map(({ user }) => user)]),
  ];
  return identities.map((identity) => {
    const parts: Part[] = [];
    if (identity === cast.backend) parts.push('backend');
    if (identity === cast.gatekeeper) parts.push('gatekeeper');
    const own = vehicles.filter(({ user }) => user === identity).map(({ vin }) => vin);
    if (own.length > 0) parts.push('vehicle');
    const central = identity === cast.backend || identity === cast.gatekeeper;
    return { identity, parts, vins: central ? everyVin : own };
  });
}

function cellsOf(
  text: string,
  rules: AclRules,
  cast: Cast,
  vehicles: readonly VehicleName[],
): DoctorCell[] {
  const lines = text.split('\n');
  const cells: DoctorCell[] = [];
  for (const { flow, writers, readers } of FLOWS) {
    for (const { identity, parts, vins } of rolesOf(cast, vehicles)) {
      for (const access of ['write', 'read'] as const) {
        const needed = (access === 'write' ? writers : readers).some((part) =>
          parts.includes(part),
        );
        const asked = vins.map((vin) => {
          const topic = flowTopic(cast.root, flow, vin);
          const question = { user: identity, clientId: identity, access, topic };
          return { question, decision: decide(rules, question) };
        });
        // One vehicle that cannot be reached is what matters of them all.
        const shown = asked.find(({ decision }) => decision.allowed !== needed) ?? asked[0];
        if (!shown) continue;
        const { question, decision } = shown;
        cells.push({
          identity,
          flow,
          access,
          topic: question.topic,
          needed,
          allowed: decision.allowed,
          line: decision.line,
          lineText: decision.line === null ? null : (lines[decision.line - 1]?.trimEnd() ?? null),
          why: why(rules, question, decision, needed),
        });
      }
    }
  }
  return cells;
}

function brokenFlows(
  diagnostics: readonly AclDiagnostic[],
  cells: readonly DoctorCell[],
  vehicles: readonly VehicleName[],
): string[] {
  const wrong = diagnostics.filter(({ severity }) => severity === 'error');
  const broken: string[] = [];
  if (wrong[0]) {
    const count =
      wrong.length === 1 ? 'line' : `${String(wrong.length)} lines, the first being line`;
    broken.push(
      `the whole list is refused because of ${count} ${String(wrong[0].line)}: ${wrong[0].message}`,
    );
  }
  for (const { flow, writers } of FLOWS) {
    const needed = cells.filter((cell) => cell.flow === flow && cell.needed);
    const refused = needed.filter(({ allowed }) => !allowed);
    if (refused.length === 0) continue;
    const writing = needed.filter(({ access }) => access === 'write');
    const mute = writing.every(({ allowed }) => !allowed);
    const fleet = mute && writers.includes('vehicle') && vehicles.length > 0;
    const said = refused
      .filter(({ access }) => !(fleet && access === 'write'))
      .map((cell) => `${cell.identity} cannot ${cell.access} ${cell.topic}: ${cell.why}`);
    const nobody = `nobody can ${flow === 'acknowledgment' ? 'acknowledge' : `send ${flow}`}: ${writing[0]?.why ?? ''}`;
    broken.push(`${flow}: ${[...(fleet ? [nobody] : []), ...said].join('; ')}`);
  }
  return broken;
}

/** A vehicle that can speak for another is a fault that no needed flow shows. */
function overreach(rules: AclRules, cast: Cast, vehicles: readonly VehicleName[]): AclDiagnostic[] {
  const other = 'another-vehicle';
  const found = new Map<string, AclDiagnostic>();
  for (const { user } of vehicles) {
    if (user === cast.backend || user === cast.gatekeeper) continue;
    for (const { flow, writers } of FLOWS) {
      const topic = flowTopic(cast.root, flow, other);
      const { allowed, line } = decide(rules, { user, clientId: user, access: 'write', topic });
      const rule = rules.lines.find((each) => each.line === line);
      if (!allowed || !rule || found.has(String(line))) continue;
      const forged = writers.includes('vehicle') ? 'speak for other vehicles' : `forge ${flow}`;
      found.set(String(line), {
        line: rule.line,
        column: 1,
        length: rule.filter.length,
        severity: 'warning',
        code: 'VEHICLE_OVERREACH',
        message: `${user} is a vehicle and may ${forged} through ${rule.filter}`,
        next: 'Use a pattern line with %u in the level of the VIN.',
      });
    }
  }
  return [...found.values()];
}
