import { ScenarioError } from './errors.ts';

/** `{{releases.bad.firmware.sha256}}` */
const REFERENCE = /\{\{\s*([^{}]+?)\s*\}\}/g;
const WHOLE = /^\{\{\s*([^{}]+?)\s*\}\}$/;
/** `now`, `now+60`, `now-3600`: seconds. */
const NOW = /^now(?:([+-])(\d{1,9}))?$/;

export type TemplatePorts = {
  tree: unknown;
  /** Wall clock, ms. */
  now: () => number;
  uuid: () => string;
};

/**
 * Puts what a run has shown so far in the place of `{{…}}`: a text that is nothing else becomes
 * the value itself, inside other text it becomes text.
 *
 * @throws ScenarioError REFERENCE_UNKNOWN
 */
export function fillIn<T>(value: T, ports: TemplatePorts): T {
  return fill(value, ports) as T;
}

function fill(value: unknown, ports: TemplatePorts): unknown {
  if (typeof value === 'string') return fillText(value, ports);
  if (Array.isArray(value)) return value.map((item) => fill(item, ports));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, ports)]));
}

function fillText(text: string, ports: TemplatePorts): unknown {
  const whole = WHOLE.exec(text)?.[1];
  if (whole !== undefined) return resolve(whole, ports);
  return text.replace(REFERENCE, (_, reference: string) => {
    const found = resolve(reference, ports);
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

function resolve(reference: string, { tree, now, uuid }: TemplatePorts): unknown {
  if (reference === 'uuid') return uuid();
  const time = NOW.exec(reference);
  if (time) {
    const [, sign, seconds = '0'] = time;
    return new Date(now() + (sign === '-' ? -1_000 : 1_000) * Number(seconds)).toISOString();
  }
  const found = lookUp(tree, reference);
  if (found !== undefined) return found;
  throw new ScenarioError('REFERENCE_UNKNOWN', `there is no "${reference}" in this run`, {
    next: 'name something that the steps before have made; docs/SCENARIOS.md lists what there is',
  });
}

/** `vehicle.ecus.brake.banks.0.version`; -1 is the last of a list. Undefined where there is none. */
export function lookUp(tree: unknown, path: string): unknown {
  let at: unknown = tree;
  for (const part of path.split('.')) {
    if (Array.isArray(at)) at = /^-?\d+$/.test(part) ? at.at(Number(part)) : undefined;
    else if (typeof at === 'object' && at !== null && Object.hasOwn(at, part)) {
      at = (at as Record<string, unknown>)[part];
    } else return undefined;
  }
  return at;
}

/** These reach what every object of the process shares, the bench of the user included. */
const SHARED: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

/** The part of a path that no member may be set or taken away by; null where there is none. */
export function sharedPartOf(path: string): string | null {
  return path.split('.').find((part) => SHARED.has(part)) ?? null;
}

/**
 * Sets a member by its path; what is missing on the way becomes an object. Only members of the
 * object's own are walked and set: a path never leaves it.
 */
export function setAt(object: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let at: object = object;
  for (const part of parts) {
    const inside = ownOf(at, part);
    const next = typeof inside === 'object' && inside !== null ? inside : {};
    if (next !== inside) setOwn(at, part, next);
    at = next;
  }
  setOwn(at, last, value);
}

function ownOf(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}

/** An assignment would call the setter of `__proto__`. */
function setOwn(object: object, name: string, value: unknown): void {
  if (Array.isArray(object) && (name === 'length' || Number(name) > object.length)) {
    throw new ScenarioError('REFERENCE_UNKNOWN', `a list has no entry "${name}"`, {
      next: `set one of its ${String(object.length)}, or the next`,
    });
  }
  if (Object.hasOwn(object, name)) Reflect.set(object, name, value);
  else {
    const open = { writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, name, { ...open, value });
  }
}

export function unsetAt(object: Record<string, unknown>, path: string): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  const holder = parts.length === 0 ? object : lookUp(object, parts.join('.'));
  if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, last);
}

/** Every `{{…}}` in a step, with its place, but for the times and ids that are made anew. */
export function referencesIn(
  value: unknown,
  path: readonly PropertyKey[] = [],
): { path: readonly PropertyKey[]; reference: string }[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)]
      .map(([, reference = '']) => ({ path, reference }))
      .filter(({ reference }) => reference !== 'uuid' && !NOW.test(reference));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    referencesIn(item, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}
