import { Tokenizer, Type, type Token } from 'cborg';
import { createTreeBuilder, NODES_LIMIT, type Tree } from './tree.ts';

/** An array, map or tag that is open: how many items are still to come. */
type Open = {
  readonly kind: 'array' | 'object' | 'tag';
  left: number;
  /** The next item of a map is a key. */
  key: boolean;
};

/**
 * One CBOR item (RFC 8949) that fills the bytes; null when they are something else. Tags are shown
 * and not followed. Built from cborg's tokens, so that no depth exhausts the call stack and
 * duplicate keys stay.
 */
export function readCbor(bytes: Uint8Array, limit: number = NODES_LIMIT): Tree | null {
  try {
    return tokensToTree(bytes, limit);
  } catch {
    // Whatever cborg objects to: then it is no CBOR.
    return null;
  }
}

function tokensToTree(bytes: Uint8Array, limit: number): Tree | null {
  const tokens = new Tokenizer(bytes, { allowBigInt: true, allowIndefinite: true });
  const builder = createTreeBuilder(limit);
  const stack: Open[] = [];
  let begun = false;

  /** An item is complete: so may be what it is in. */
  const complete = (): void => {
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      top.left -= 1;
      if (top.kind === 'object') top.key = true;
      if (top.left > 0) return;
      stack.pop();
      builder.close();
    }
  };

  while (!tokens.done()) {
    if (begun && stack.length === 0) return null;
    begun = true;
    if (builder.isSpent) return builder.tree();
    const at = tokens.pos();
    const token = tokens.next();
    const top = stack.at(-1);
    if (is(token, Type.break)) {
      if (top?.left !== Infinity || (top.kind === 'object' && !top.key)) return null;
      stack.pop();
      builder.close();
      complete();
      continue;
    }
    if (top?.kind === 'object' && top.key) {
      const name = keyOf(token);
      if (name === null) return null;
      builder.name(name);
      top.key = false;
      continue;
    }
    const kind = containerOf(token);
    if (kind === null) {
      builder.leaf({ ...valueOf(token), at });
      complete();
      continue;
    }
    if (builder.isDeep) return null;
    const value = token.value as number;
    builder.open(kind, at, kind === 'tag' ? String(value) : '');
    const left = kind === 'tag' ? 1 : value;
    stack.push({ kind, left, key: true });
    if (left === 0) {
      stack.pop();
      builder.close();
      complete();
    }
  }
  return begun && stack.length === 0 ? builder.tree() : null;
}

function is(token: Token, type: Type): boolean {
  return Type.equals(token.type, type);
}

function containerOf(token: Token): Open['kind'] | null {
  if (is(token, Type.array)) return 'array';
  if (is(token, Type.map)) return 'object';
  return is(token, Type.tag) ? 'tag' : null;
}

/** Keys that are no text are shown as they would be as values; null for arrays and maps as keys. */
function keyOf(token: Token): string | null {
  return containerOf(token) === null ? valueOf(token).text : null;
}

function valueOf(token: Token): {
  kind: 'string' | 'number' | 'boolean' | 'null' | 'undefined' | 'bytes';
  text: string;
} {
  const value = token.value as unknown;
  if (is(token, Type.string)) return { kind: 'string', text: String(value) };
  if (is(token, Type.bytes)) {
    return { kind: 'bytes', text: Buffer.from(value as Uint8Array).toString('hex') };
  }
  if (is(token, Type.true)) return { kind: 'boolean', text: 'true' };
  if (is(token, Type.false)) return { kind: 'boolean', text: 'false' };
  if (is(token, Type.null)) return { kind: 'null', text: 'null' };
  if (is(token, Type.undefined)) return { kind: 'undefined', text: 'undefined' };
  return { kind: 'number', text: numberText(value) };
}

function numberText(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
