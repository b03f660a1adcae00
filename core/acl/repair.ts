import { vehiclesOf } from './cast.ts';
import { decide } from './decide.ts';
import { BRACES } from './diagnose.ts';
import { filterMatches } from './filter.ts';
import { type Cast, FLOWS, flowFilter, flowTopic, type Part, type VehicleName } from './flows.ts';
import type { AclRules } from './rules.ts';
import { scanAcl } from './scan.ts';

/** A right that the protocol needs and the list refuses. */
type Want = {
  readonly user: string;
  readonly part: Part;
  readonly vehicle: VehicleName;
  readonly access: 'read' | 'write';
  readonly flow: (typeof FLOWS)[number]['flow'];
  readonly topic: string;
};

/** A deny may hide another; a list deeper than this is beyond mending line by line. */
const ROUNDS = 50;

/**
 * The same text with the least change under which every flow works, or null where none can
 * help, as with a name that holds a wildcard. Comments and lines stay; a line in the way
 * becomes a comment, a `{VIN}` that was meant is filled in, what is missing is added to its
 * user's lines.
 */
export function repairAcl(text: string, cast: Cast): string | null {
  const vehicles = vehiclesOf(text, cast);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  let lines = withoutFaults(text);
  lines = fillBraces(lines, cast, vehicles);
  for (let round = 0; round < ROUNDS; round += 1) {
    const wants = refusals(lines, cast, vehicles);
    if (wants.length === 0) return lines.join(eol);
    const next = withoutDenies(lines, wants) ?? withGrants(lines, wants, cast, vehicles);
    if (next.join('\n') === lines.join('\n')) return null;
    lines = next;
  }
  return null;
}

function rulesOf(lines: readonly string[]): AclRules {
  return {
    lines: scanAcl(lines.join('\n')).flatMap((line) => (line.kind === 'rule' ? line.rule : [])),
  };
}

function refusals(lines: readonly string[], cast: Cast, vehicles: readonly VehicleName[]): Want[] {
  const rules = rulesOf(lines);
  const wants: Want[] = [];
  for (const { flow, writers, readers } of FLOWS) {
    for (const [access, parts] of [
      ['write', writers],
      ['read', readers],
    ] as const) {
      for (const part of parts) {
        for (const vehicle of vehicles) {
          const user = part === 'vehicle' ? vehicle.user : cast[part];
          const topic = flowTopic(cast.root, flow, vehicle.vin);
          if (decide(rules, { user, clientId: user, access, topic }).allowed) continue;
          wants.push({ user, part, vehicle, access, flow, topic });
        }
      }
    }
  }
  return wants;
}

/** A line that cannot be read makes Mosquitto refuse them all: as a comment it does no harm. */
function withoutFaults(text: string): string[] {
  return scanAcl(text.startsWith('\uFEFF') ? text.slice(1) : text)
    .map((line) => {
      if (line.kind !== 'fault') return line.text;
      const clean = line.text.replaceAll('\0', '');
      const { code, column } = line.fault;
      if (code === 'COMMENT_NOT_FIRST_COLUMN') {
        // A comment of its own, or one behind a rule, which then stands alone.
        const rule = clean.slice(0, column - 1).trimEnd();
        if (rule.trim() === '') return clean.trimStart();
        if (scanAcl(rule)[0]?.kind === 'rule') return `${clean.slice(column - 1)}\n${rule}`;
      }
      return `# cannot be read: ${clean}`;
    })
    .flatMap((line) => line.split('\n'));
}

/** `{VIN}` was meant as the vehicle's own name: written so where the right is needed. */
function fillBraces(
  lines: readonly string[],
  cast: Cast,
  vehicles: readonly VehicleName[],
): string[] {
  const scanned = scanAcl(lines.join('\n'));
  return scanned.flatMap((line) => {
    if (line.kind !== 'rule' || line.rule.access === 'deny') return line.text;
    const { rule } = line;
    if (!BRACES.test(rule.filter)) return line.text;
    const speakers = vehicles.filter(({ user }) => rule.kind === 'pattern' || rule.user === user);
    if (speakers.length === 0) return line.text;
    const fits = FLOWS.some(({ flow, writers, readers }) =>
      (['write', 'read'] as const).some(
        (access) =>
          (rule.access === access || rule.access === 'readwrite') &&
          (access === 'write' ? writers : readers).includes('vehicle') &&
          filterMatches(
            rule.levels.map((level) => (BRACES.test(level) ? '+' : level)).join('/'),
            flowTopic(cast.root, flow, 'any-vehicle'),
          ),
      ),
    );
    if (!fits) return `# no vehicle needs this, and braces are no placeholder: ${line.text}`;
    const head = line.text.slice(0, line.column - 1);
    const fill = (name: string): string =>
      rule.levels.map((level) => (BRACES.test(level) ? name : level)).join('/');
    if (speakers.every(({ user, vin }) => user === vin)) {
      return head.replace(/\b(?:topic|pattern)\b/, 'pattern') + fill('%u');
    }
    return speakers.map(({ vin }) => head + fill(vin));
  });
}

/** Denies of the user's own list come first of all: those in the way become comments. */
function withoutDenies(lines: readonly string[], wants: readonly Want[]): string[] | null {
  const rules = rulesOf(lines);
  const inTheWay = new Set<number>();
  for (const { user, access, topic } of wants) {
    const { line } = decide(rules, { user, clientId: user, access, topic });
    const rule = rules.lines.find((each) => each.line === line);
    if (rule?.kind === 'topic') inTheWay.add(rule.line);
  }
  if (inTheWay.size === 0) return null;
  return lines.map((line, index) =>
    inTheWay.has(index + 1) ? `# denies what the protocol needs: ${line}` : line,
  );
}

function withGrants(
  lines: readonly string[],
  wants: readonly Want[],
  cast: Cast,
  vehicles: readonly VehicleName[],
): string[] {
  const rules = rulesOf(lines);
  const patterns = new Set<string>();
  const topics = new Map<string, Set<string>>();
  for (const { user, part, vehicle, access, flow, topic } of wants) {
    const denied = decide(rules, { user, clientId: user, access, topic }).line !== null;
    // A pattern serves every vehicle at once, but a user's own line alone overrules a deny.
    const shared = part === 'vehicle' && vehicles.every(({ user: name, vin }) => name === vin);
    if (shared && !denied) {
      patterns.add(`pattern ${access} ${flowFilter(cast.root, flow, '%u')}`);
      continue;
    }
    const own = topics.get(user) ?? new Set();
    const vin = part === 'vehicle' ? vehicle.vin : '+';
    topics.set(user, own.add(`topic ${access} ${flowFilter(cast.root, flow, vin)}`));
  }
  let result = [...lines];
  for (const [user, added] of topics) result = withTopics(result, user, [...added]);
  return patterns.size === 0 ? result : [...trimmed(result), ADDED, ...patterns, ''];
}

const ADDED = '# Added: the protocol needs these.';

/** Behind the last of the user's own lines, or at the end for a user who has none. */
function withTopics(lines: readonly string[], user: string, added: readonly string[]): string[] {
  let at = -1;
  let current: string | null = null;
  for (const [index, line] of scanAcl(lines.join('\n')).entries()) {
    if (line.kind === 'user') current = line.user;
    const rule = line.kind === 'rule' && line.rule.kind === 'topic';
    if (current === user && (line.kind === 'user' || rule)) at = index;
  }
  if (at < 0) return [...trimmed(lines), '', `user ${user}`, ADDED, ...added, ''];
  return [...lines.slice(0, at + 1), ADDED, ...added, ...lines.slice(at + 1)];
}

function trimmed(lines: readonly string[]): string[] {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.trim() === '') end -= 1;
  return lines.slice(0, end);
}
