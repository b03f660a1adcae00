import { createTreeBuilder, NODES_LIMIT, type Leaf, type Tree } from './tree.ts';

/** An array or map that is open: how many items are still to come. */
type Open = {
  readonly kind: 'array' | 'object';
  left: number;
  /** The next item of a map is a key. */
  key: boolean;
};
type Item = Omit<Leaf, 'at'> | { readonly kind: 'array' | 'object'; readonly size: number };

/** Fewer bytes than a length promises, or the one byte that stands for nothing, 0xc1. */
class Malformed extends Error {}

/**
 * One MessagePack value (https://github.com/msgpack/msgpack/blob/master/spec.md) that fills the
 * bytes; null when they are something else. Read item by item, for looking at: no depth exhausts
 * the call stack, nothing is built that is not shown, duplicate members stay, and 64-bit integers
 * are exact. Times stay extensions: no Date holds their nanoseconds.
 */
export function readMsgpack(bytes: Uint8Array, limit: number = NODES_LIMIT): Tree | null {
  try {
    return itemsToTree(new Items(bytes), limit);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

function itemsToTree(items: Items, limit: number): Tree | null {
  const builder = createTreeBuilder(limit);
  const stack: Open[] = [];
  /** An item is complete: so may be what it is in. */
  const complete = (): void => {
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      top.left -= 1;
      top.key = top.kind === 'object';
      if (top.left > 0) return;
      stack.pop();
      builder.close();
    }
  };
  do {
    if (builder.isSpent) return builder.tree();
    const { at } = items;
    const item = items.next();
    const top = stack.at(-1);
    if (top?.key === true) {
      // As a name; an array or a map has none.
      if ('size' in item) return null;
      builder.name(item.text);
      top.key = false;
    } else if (!('size' in item)) {
      builder.leaf({ ...item, at });
      complete();
    } else {
      if (builder.isDeep) return null;
      builder.open(item.kind, at);
      stack.push({ kind: item.kind, left: item.size, key: item.kind === 'object' });
      if (item.size > 0) continue;
      stack.pop();
      builder.close();
      complete();
    }
  } while (stack.length > 0);
  return items.isAtEnd ? builder.tree() : null;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

class Items {
  at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  next(): Item {
    const byte = this.length(1);
    if (byte <= 0x7f) return number(byte);
    if (byte <= 0x8f) return { kind: 'object', size: byte & 0x0f };
    if (byte <= 0x9f) return { kind: 'array', size: byte & 0x0f };
    if (byte <= 0xbf) return this.string(byte & 0x1f);
    if (byte >= 0xe0) return number(byte - 0x100);
    switch (byte) {
      case 0xc0:
        return { kind: 'null', text: 'null' };
      case 0xc2:
        return { kind: 'boolean', text: 'false' };
      case 0xc3:
        return { kind: 'boolean', text: 'true' };
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return { kind: 'bytes', text: this.take(this.length(2 ** (byte - 0xc4))).toString('hex') };
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.length(2 ** (byte - 0xc7)));
      case 0xca:
        return number(this.take(4).readFloatBE());
      case 0xcb:
        return number(this.take(8).readDoubleBE());
      case 0xcc:
      case 0xcd:
      case 0xce:
        return number(this.length(2 ** (byte - 0xcc)));
      case 0xcf:
        return number(this.take(8).readBigUInt64BE());
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 2 ** (byte - 0xd0);
        return number(this.take(size).readIntBE(0, size));
      }
      case 0xd3:
        return number(this.take(8).readBigInt64BE());
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.extension(2 ** (byte - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.string(this.length(2 ** (byte - 0xd9)));
      case 0xdc:
      case 0xdd:
        return { kind: 'array', size: this.length(2 ** (byte - 0xdb)) };
      case 0xde:
      case 0xdf:
        return { kind: 'object', size: this.length(2 ** (byte - 0xdd)) };
      default:
        throw new Malformed();
    }
  }

  private string(size: number): Item {
    return { kind: 'string', text: utf8.decode(this.take(size)) };
  }

  private extension(size: number): Item {
    const type = this.take(1).readInt8();
    return { kind: 'extension', text: `${String(type)}: ${this.take(size).toString('hex')}` };
  }

  /** A whole number of so many bytes. */
  private length(bytes: number): number {
    return this.take(bytes).readUIntBE(0, bytes);
  }

  private take(size: number): Buffer {
    const end = this.at + size;
    if (end > this.bytes.length) throw new Malformed();
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}

function number(value: number | bigint): Item {
  return { kind: 'number', text: Object.is(value, -0) ? '-0' : String(value) };
}
