import { decode, ExtData, type ExtensionCodecType } from '@msgpack/msgpack';
import { createTreeBuilder, NODES_LIMIT, type Tree, type TreeBuilder } from './tree.ts';

/** Members and items of one value still to be shown, and what closes them. */
type Open = { readonly entries: Iterator<readonly [name: string | null, value: unknown]> };

/** Times too stay bytes: no Date holds their nanoseconds. */
const NO_EXTENSIONS: ExtensionCodecType<undefined> = {
  tryToEncode: () => null,
  decode: (data, type) => new ExtData(type, data),
};

/**
 * One MessagePack value that fills the bytes; null when they are something else. The library keeps
 * the last of duplicate members. 64-bit integers stay exact.
 */
export function readMsgpack(bytes: Uint8Array, limit: number = NODES_LIMIT): Tree | null {
  let value: unknown;
  try {
    value = decode(bytes, {
      useBigInt64: true,
      extensionCodec: NO_EXTENSIONS,
      // A short message may promise four thousand million items; each takes a byte at least.
      maxArrayLength: bytes.byteLength,
      maxMapLength: bytes.byteLength,
    });
  } catch {
    return null;
  }
  const builder = createTreeBuilder(limit);
  const stack: Open[] = [];
  show(value, builder, stack);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.entries.next();
    if (next.done === true) {
      stack.pop();
      builder.close();
      continue;
    }
    const [name, item] = next.value;
    if (name !== null) builder.name(name);
    show(item, builder, stack);
  }
  return builder.tree();
}

function show(value: unknown, builder: TreeBuilder, stack: Open[]): void {
  const at = 0;
  if (Array.isArray(value)) {
    builder.open('array', at);
    stack.push({ entries: value.map((item: unknown) => [null, item] as const).values() });
  } else if (value instanceof ExtData) {
    const data = typeof value.data === 'function' ? value.data(0) : value.data;
    builder.leaf({ kind: 'extension', text: `${String(value.type)}: ${hex(data)}`, at });
  } else if (value instanceof Uint8Array) {
    builder.leaf({ kind: 'bytes', text: hex(value), at });
  } else if (typeof value === 'object' && value !== null) {
    builder.open('object', at);
    stack.push({ entries: Object.entries(value).values() });
  } else {
    builder.leaf(leafOf(value));
  }
}

function leafOf(value: unknown): {
  kind: 'string' | 'number' | 'boolean' | 'null';
  text: string;
  at: number;
} {
  if (typeof value === 'string') return { kind: 'string', text: value, at: 0 };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), at: 0 };
  if (typeof value === 'number' || typeof value === 'bigint') {
    return { kind: 'number', text: Object.is(value, -0) ? '-0' : String(value), at: 0 };
  }
  return { kind: 'null', text: 'null', at: 0 };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
