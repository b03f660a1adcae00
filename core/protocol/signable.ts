import { ProtocolError } from './errors.ts';
import { DEPTH_LIMIT } from './json.ts';

/**
 * [P1] Refuses content whose canonical text could differ between implementations: numbers other
 * than safe integers, member names beyond ASCII, half surrogate pairs, anything that is not
 * JSON. An undefined member counts as absent, as `JSON.stringify` has it.
 *
 * @throws ProtocolError NON_INTEGER, NON_ASCII_NAME, LONE_SURROGATE, TOO_DEEP, NOT_JSON,
 *   each naming the member
 */
export function assertSignable(object: Readonly<Record<string, unknown>>): void {
  assertValue(object, '', 0);
}

function assertValue(value: unknown, path: string, depth: number): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    assertText(value, path);
    return;
  }
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return;
    throw new ProtocolError('NON_INTEGER', `${show(path)} is ${String(value)}`, {
      next: 'Sign whole numbers between -(2^53-1) and 2^53-1; give others as a string or in a smaller unit.',
    });
  }
  if (typeof value !== 'object' || !isPlain(value)) {
    throw new ProtocolError('NOT_JSON', `${show(path)} is not a JSON value`, {
      next: 'Sign strings, integers, booleans, null, arrays and plain objects only.',
    });
  }
  if (depth >= DEPTH_LIMIT) {
    throw new ProtocolError('TOO_DEEP', `nested deeper than ${String(DEPTH_LIMIT)} levels`, {
      next: 'Flatten the message.',
    });
  }
  if (Array.isArray(value)) {
    // Indexed, so that a hole is met as the undefined it reads as.
    for (let i = 0; i < value.length; i += 1) {
      assertValue(value[i], `${path}[${String(i)}]`, depth + 1);
    }
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    assertName(name, path);
    assertValue(member, path === '' ? name : `${path}.${name}`, depth + 1);
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function assertName(name: string, path: string): void {
  if (/^[\u0020-\u007e]*$/.test(name)) return;
  throw new ProtocolError(
    'NON_ASCII_NAME',
    `${show(path)} has a member named ${JSON.stringify(name)}`,
    { next: 'Name members in printable ASCII; sorting others differs between languages.' },
  );
}

function assertText(text: string, path: string): void {
  if (text.isWellFormed()) return;
  throw new ProtocolError('LONE_SURROGATE', `half a surrogate pair in ${show(path)}`, {
    next: 'Send whole characters.',
  });
}

function show(path: string): string {
  return path === '' ? 'the message' : JSON.stringify(path);
}
