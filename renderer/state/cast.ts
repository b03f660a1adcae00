/** Who plays whom in an access list that somebody else wrote. */
export type Cast = { backend: string; gatekeeper: string; vehicles: string[] };

/** Longest list of names that the doctor takes. */
const VEHICLES_LIMIT = 64;
/** Longest name that it takes. */
const NAME_LIMIT = 64;

type Line = { user: string; writes: boolean; topic: string };

/** The names that an access list gives lines to, in its order. */
export function usersOf(text: string): string[] {
  const names = text
    .split(/\r?\n/)
    .flatMap((line) => /^user (.+)$/.exec(line.trimEnd())?.[1] ?? []);
  return [...new Set(names.map((name) => name.trim()))].filter(
    (name) => name !== '' && name.length <= NAME_LIMIT,
  );
}

/**
 * A first guess, for a person to correct: the backend offers updates, a vehicle tells progress,
 * the gatekeeper gives the status. Null where the list is the bench's own or names nobody.
 */
export function guessCast(text: string, own: readonly string[]): Cast | null {
  const users = usersOf(text);
  if (users.length === 0 || users.some((user) => own.includes(user))) return null;
  const lines = linesOf(text);
  const writes = (user: string, end: string): boolean =>
    lines.some((line) => line.user === user && line.writes && line.topic.endsWith(end));
  const backend = users.find((user) => writes(user, '/issue_details')) ?? users[0] ?? '';
  const others = users.filter((user) => user !== backend);
  const vehicles = others.filter(
    (user) => writes(user, '/progress') || writes(user, '/acknowledgment') || hasVehicleName(user),
  );
  const gatekeeper =
    others.find((user) => !vehicles.includes(user) && writes(user, '/status')) ?? backend;
  const rest = others.filter((user) => user !== gatekeeper);
  const cars = vehicles.length > 0 ? vehicles : rest;
  return { backend, gatekeeper, vehicles: cars.slice(0, VEHICLES_LIMIT) };
}

function hasVehicleName(user: string): boolean {
  return /dcu|ecu|vehicle|car|vin/i.test(user);
}

function linesOf(text: string): Line[] {
  let user = '';
  return text.split(/\r?\n/).flatMap((line): Line[] => {
    const named = /^user (.+)$/.exec(line.trimEnd());
    if (named) user = named[1]?.trim() ?? '';
    const rule = /^topic (?:(read|write|readwrite|deny) )?(.+)$/.exec(line.trimEnd());
    if (!rule || user === '') return [];
    const access = rule[1] ?? 'readwrite';
    return [{ user, writes: access === 'write' || access === 'readwrite', topic: rule[2] ?? '' }];
  });
}
