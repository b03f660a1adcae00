import { damagedFile } from './errors.ts';

/*
 * As much of X.690 as key files need. Reading descends only where a caller knows the structure,
 * so that depth and work are bounded by the caller and not by the file. Besides DER it takes the
 * indefinite lengths and split octet strings that some exporters of PKCS #12 still write.
 */

export const TAG = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;

export type DerNode = {
  /** The identifier octet. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** With its header. */
  readonly whole: Uint8Array;
};

const CONSTRUCTED = 0x20;
/** More elements in one list than any key file has. */
const CHILD_LIMIT = 1_024;
/** RFC 7292 files of old exporters split once; nobody nests deeper. */
const SPLIT_DEPTH = 4;

/** @throws PkiError FILE_DAMAGED */
export function readDer(bytes: Uint8Array, what: string): DerNode {
  return nodeAt(bytes, 0, what);
}

export function childrenOf(node: DerNode, what: string): DerNode[] {
  if ((node.tag & CONSTRUCTED) === 0) throw damagedFile(what);
  const children: DerNode[] = [];
  let at = 0;
  while (at < node.content.length) {
    const child = nodeAt(node.content, at, what);
    if (children.push(child) > CHILD_LIMIT) throw damagedFile(what);
    at += child.whole.length;
  }
  return children;
}

/** A node that must be there and be of this tag. */
export function expect(node: DerNode | undefined, tag: number, what: string): DerNode {
  if (node?.tag !== tag) throw damagedFile(what);
  return node;
}

/** The elements of a SEQUENCE that must be there. */
export function sequenceOf(node: DerNode | undefined, what: string): DerNode[] {
  return childrenOf(expect(node, TAG.sequence, what), what);
}

/** Dotted text of an OBJECT IDENTIFIER. */
export function oidOf(node: DerNode | undefined, what: string): string {
  const { content } = expect(node, TAG.oid, what);
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128 || arcs.length > 32) throw damagedFile(what);
    if ((byte & 0x80) !== 0) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40));
      arcs.push(first, arc - first * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

/** A non-negative INTEGER of at most 2^48; a larger one counts as 2^48. */
export function integerOf(node: DerNode | undefined, what: string): number {
  const { content } = expect(node, TAG.integer, what);
  if (content.length === 0 || ((content[0] ?? 0) & 0x80) !== 0) throw damagedFile(what);
  const digits = content[0] === 0 ? content.subarray(1) : content;
  if (digits.length > 6) return 2 ** 48;
  return digits.reduce((value, byte) => value * 256 + byte, 0);
}

/** An OCTET STRING, also one that was split; `tag` when it is implicitly tagged. */
export function octetsOf(
  node: DerNode | undefined,
  what: string,
  tag: number = TAG.octets,
  depth: number = SPLIT_DEPTH,
): Uint8Array {
  if (node?.tag === tag) return node.content;
  if (node?.tag !== (tag | CONSTRUCTED) || depth === 0) throw damagedFile(what);
  const parts = childrenOf(node, what);
  return Buffer.concat(parts.map((part) => octetsOf(part, what, TAG.octets, depth - 1)));
}

type Header = { readonly tag: number; readonly start: number; readonly length: number | null };

/** `length` is null when it is indefinite. */
function headerAt(bytes: Uint8Array, at: number, what: string): Header {
  const tag = bytes[at];
  const first = bytes[at + 1];
  // Tags above 30 are written in several octets; no key file has one.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw damagedFile(what);
  if (first < 0x80) return { tag, start: at + 2, length: first };
  if (first === 0x80) {
    if ((tag & CONSTRUCTED) === 0) throw damagedFile(what);
    return { tag, start: at + 2, length: null };
  }
  const count = first & 0x7f;
  if (count > 4 || at + 2 + count > bytes.length) throw damagedFile(what);
  const length = bytes
    .subarray(at + 2, at + 2 + count)
    .reduce((value, byte) => value * 256 + byte, 0);
  return { tag, start: at + 2 + count, length };
}

function nodeAt(bytes: Uint8Array, at: number, what: string): DerNode {
  const { tag, start, length } = headerAt(bytes, at, what);
  if (length !== null) {
    if (start + length > bytes.length) throw damagedFile(what);
    const end = start + length;
    return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) };
  }
  const end = endOfContents(bytes, start, what);
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end + 2) };
}

/** Where the two zero octets are that end an indefinite length; counts, and does not recurse. */
function endOfContents(bytes: Uint8Array, from: number, what: string): number {
  let at = from;
  for (let open = 1; ;) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      open -= 1;
      if (open === 0) return at;
      at += 2;
      continue;
    }
    const { start, length } = headerAt(bytes, at, what);
    if (length === null) open += 1;
    at = start + (length ?? 0);
    if (at > bytes.length) throw damagedFile(what);
  }
}

/** Writes one element; `parts` are elements or, of a primitive, its content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content]);
  const size = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
  const header = Buffer.alloc(2 + size);
  header[0] = tag;
  header[1] = 0x80 | size;
  header.writeUIntBE(length, 2, size);
  return Buffer.concat([header, content]);
}

export function derOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(TAG.oid, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(arc: number): number[] {
  const bytes = [arc & 0x7f];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest & 0x7f) | 0x80);
  }
  return bytes;
}

/** A non-negative INTEGER. */
export function derInteger(value: number): Uint8Array {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  // A set top bit would make it negative.
  return ((bytes[0] ?? 0) & 0x80) === 0
    ? der(TAG.integer, bytes)
    : der(TAG.integer, Uint8Array.of(0), bytes);
}
