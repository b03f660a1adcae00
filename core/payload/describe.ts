import { readCbor } from './cbor.ts';
import { imageInfo, type ImageInfo } from './image.ts';
import { readJson } from './json.ts';
import { readMsgpack } from './msgpack.ts';
import { NODES_LIMIT, type Tree } from './tree.ts';

export type PayloadView =
  | { readonly kind: 'json'; readonly tree: Tree }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'cbor'; readonly tree: Tree }
  | { readonly kind: 'msgpack'; readonly tree: Tree }
  | ({ readonly kind: 'image' } & ImageInfo)
  /** Any bytes; `hexRows` gives them. */
  | { readonly kind: 'hex' };

export type PayloadDescription = {
  /** Bytes. */
  readonly size: number;
  /** What it can be read as, the likeliest first; `hex` is always there. */
  readonly views: readonly PayloadView[];
};

export type DescribeOptions = {
  /** As MQTT 5 names it; decides between readings that both fit. */
  readonly contentType?: string;
  /** Nodes of one tree. Default NODES_LIMIT. */
  readonly nodes?: number;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Text has these; other control characters are a sign of something else. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const BINARY = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/** Everything that a payload can be read as. Nothing in it is carried out, followed or fetched. */
export function describePayload(
  bytes: Uint8Array,
  options: DescribeOptions = {},
): PayloadDescription {
  const limit = options.nodes ?? NODES_LIMIT;
  const views: PayloadView[] = [];
  const text = textOf(bytes);
  const json = text === null ? null : readJson(text, limit);
  if (json?.kind === 'read') views.push({ kind: 'json', tree: json.tree });
  const image = imageInfo(bytes);
  if (image !== null) views.push({ kind: 'image', ...image });
  const packed = packedViews(bytes, limit);
  if (text === null) views.push(...packed);
  else if (BINARY.test(text)) views.push(...packed, { kind: 'text', text });
  // Nearly every short text is also some CBOR or MessagePack value.
  else views.push({ kind: 'text', text }, ...packed);
  views.push({ kind: 'hex' });
  return { size: bytes.byteLength, views: preferred(views, options.contentType ?? '') };
}

function packedViews(bytes: Uint8Array, limit: number): PayloadView[] {
  const cbor = readCbor(bytes, limit);
  const msgpack = readMsgpack(bytes, limit);
  const found: PayloadView[] = [];
  if (cbor !== null) found.push({ kind: 'cbor', tree: cbor });
  if (msgpack !== null) found.push({ kind: 'msgpack', tree: msgpack });
  // Bytes that are both: a map or an array is more to the point than a lone number.
  return found.sort((a, b) => weight(b) - weight(a));
}

function weight(view: PayloadView): number {
  return 'tree' in view ? (view.tree.nodes[0]?.size ?? 0) : 0;
}

function preferred(views: readonly PayloadView[], contentType: string): PayloadView[] {
  const wanted = kindNamed(contentType);
  const first = views.filter(({ kind }) => kind === wanted);
  return [...first, ...views.filter(({ kind }) => kind !== wanted)];
}

function kindNamed(contentType: string): PayloadView['kind'] | null {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/[/+]json$/.test(type)) return 'json';
  if (/[/+]cbor$/.test(type)) return 'cbor';
  if (/msgpack$/.test(type)) return 'msgpack';
  if (type.startsWith('image/')) return 'image';
  return type.startsWith('text/') ? 'text' : null;
}

/** Null where the bytes are no UTF-8. A byte order mark is no part of the text. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
