import type { Finding } from '#core/contract';
import type { AuditAclLine, AuditSnapshot } from './snapshot.ts';

/** These speak to every vehicle: a `+` where the VIN stands is their part. */
const SPEAK_TO_ALL: ReadonlySet<string | null> = new Set(['backend', 'gatekeeper']);
/** One may be a laptop that slept; at the third they push each other out. */
const TAKEN_OVER_LIMIT = 3;

/** Who may do what, and who is who. */
export function* accessFindings(snapshot: AuditSnapshot): Generator<Finding, void> {
  if (snapshot.acl) {
    for (const line of snapshot.acl.lines) yield* wildcardWrites(line, snapshot);
    yield* unusedUsers(snapshot.acl.lines, snapshot);
    yield* unheardIdentities(snapshot.acl.lines, snapshot);
  }
  yield* sharedClientIds(snapshot);
  if (snapshot.subscriptions === 'deliver-only') {
    yield {
      code: 'SUBSCRIPTIONS_DELIVER_ONLY',
      severity: 'info',
      title: 'Subscriptions that are not allowed are granted and stay silent',
      evidence: 'subscriptions: deliver-only, as Mosquitto does it',
      repair: 'Set refuse-suback under Settings when a client should be told that it may not read.',
    };
  }
}

function* wildcardWrites(
  line: AuditAclLine,
  { identities, listeners }: AuditSnapshot,
): Generator<Finding, void> {
  if (line.access !== 'write' && line.access !== 'readwrite') return;
  const levels = line.filter.split('/');
  const bound = line.kind === 'pattern' && levels.some((level) => level === '%u' || level === '%c');
  const everything = levels.includes('#');
  const others =
    levels.includes('+') && !bound && (line.kind === 'pattern' || !SPEAK_TO_ALL.has(line.user));
  if (!everything && !others) return;
  const user = line.kind === 'topic' ? line.user : null;
  const who = user ?? (line.kind === 'pattern' ? 'every client' : 'every nameless client');
  const isSomebody =
    line.kind === 'pattern' ||
    (user === null
      ? listeners.some(({ anonymous }) => anonymous)
      : identities.some(({ name }) => name === user));
  yield {
    code: 'WILDCARD_WRITE',
    // A right that nobody can use now waits for the day when somebody can.
    severity: isSomebody ? (everything && !bound ? 'high' : 'medium') : 'low',
    title: 'Somebody may write more topics than one flow needs',
    evidence: `line ${String(line.line)}: ${line.kind} ${line.access} ${line.filter}; ${who} may write all that it matches${isSomebody ? '' : ', though nobody is that now'}`,
    repair: `Replace line ${String(line.line)} of the access list by one line for each topic, with %u where the VIN stands.`,
  };
}

function* unusedUsers(
  lines: readonly AuditAclLine[],
  { identities }: AuditSnapshot,
): Generator<Finding, void> {
  const known = new Set(identities.map(({ name }) => name));
  for (const [user, line] of firstLines(lines)) {
    if (known.has(user)) continue;
    yield {
      code: 'UNUSED_ACL_USER',
      severity: 'low',
      title: 'The access list has rights for somebody who does not exist',
      evidence: `${user}, line ${String(line)}: no password and no certificate gives this name`,
      repair: `Remove the lines of ${user}, or issue the certificate that it waits for.`,
    };
  }
}

function* unheardIdentities(
  lines: readonly AuditAclLine[],
  { identities }: AuditSnapshot,
): Generator<Finding, void> {
  // A pattern with a name in it speaks of everybody.
  if (lines.some(({ kind }) => kind === 'pattern')) return;
  const spoken = firstLines(lines);
  for (const name of new Set(identities.map((each) => each.name))) {
    if (spoken.has(name)) continue;
    const by = identities.filter((each) => each.name === name).map((each) => each.by);
    yield {
      code: 'IDENTITY_WITHOUT_RIGHTS',
      severity: 'low',
      title: 'Somebody can sign in and may do nothing',
      evidence: `${name} (${[...new Set(by)].join(' and ')}): no line of the access list speaks of it`,
      repair: `Give ${name} its lines, or revoke its certificate and forget its password.`,
    };
  }
}

/** Each user's first line; those for nameless clients have none. */
function firstLines(lines: readonly AuditAclLine[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of lines) {
    if (line.kind !== 'topic' || line.user === null || found.has(line.user)) continue;
    found.set(line.user, line.line);
  }
  return found;
}

function* sharedClientIds({ clients, takenOver }: AuditSnapshot): Generator<Finding, void> {
  const usersOf = new Map<string, Set<string>>();
  for (const { clientId, user } of clients) {
    const users = usersOf.get(clientId) ?? new Set<string>();
    usersOf.set(clientId, users.add(user ?? 'no name'));
  }
  const timesOf = new Map(takenOver.map(({ clientId, times }) => [clientId, times]));
  for (const clientId of new Set([...usersOf.keys(), ...timesOf.keys()])) {
    const users = [...(usersOf.get(clientId) ?? [])].sort();
    const times = timesOf.get(clientId) ?? 0;
    if (users.length < 2 && times < TAKEN_OVER_LIMIT) continue;
    const from = clients.filter((each) => each.clientId === clientId).map((each) => each.address);
    const addresses = [...new Set(from)].sort();
    const seen = [
      ...(users.length > 0 ? [`used by ${users.join(' and ')}`] : []),
      ...(addresses.length > 0 ? [`from ${addresses.join(', ')}`] : []),
      ...(times > 0 ? [`taken over ${String(times)} times`] : []),
    ];
    yield {
      code: 'SHARED_CLIENT_ID',
      severity: 'medium',
      title: 'Two clients use the same client id and push each other out',
      evidence: `${clientId}: ${seen.join(', ')}`,
      repair: 'Give every client an id of its own; on a vehicle, one that holds its VIN.',
    };
  }
}
