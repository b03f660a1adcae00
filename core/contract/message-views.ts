import { z } from 'zod';
import { TrafficMark, TrafficRow } from './traffic-views.ts';
import { RefusalView } from './views.ts';

/** What MQTT 5 carries besides a message. */
export const MqttProperties = z.object({
  payloadFormat: z.enum(['bytes', 'text']).optional(),
  expirySeconds: z.number().int().min(0).max(4_294_967_295).optional(),
  contentType: z.string().max(65_535).optional(),
  responseTopic: z.string().max(65_535).optional(),
  correlationBase64: z.string().max(87_384).optional(),
  /** Names may come more than once. */
  user: z
    .array(z.tuple([z.string().max(65_535), z.string().max(65_535)]))
    .max(100)
    .optional(),
});
export type MqttProperties = z.infer<typeof MqttProperties>;

export const SignatureVerdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('valid'), by: z.string(), kid: z.string(), alg: z.string() }),
  z.object({ kind: z.literal('unsigned') }),
  z.object({ kind: z.literal('invalid'), refusal: RefusalView }),
  /** No message of ours, or one that is never signed. */
  z.object({ kind: z.literal('none') }),
]);
export type SignatureVerdict = z.infer<typeof SignatureVerdict>;

export const SchemaVerdict = z.discriminatedUnion('kind', [
  /** `message`: which of docs/PROTOCOL.md it is. */
  z.object({ kind: z.literal('fits'), message: z.string() }),
  z.object({ kind: z.literal('differs'), message: z.string(), refusal: RefusalView }),
  /** No topic of ours. */
  z.object({ kind: z.literal('none') }),
]);
export type SchemaVerdict = z.infer<typeof SchemaVerdict>;

/** A value in its place; parents before their children, so a list is drawn as it stands. */
export const TreeNode = z.object({
  depth: z.number().int(),
  name: z.union([z.string(), z.number()]).nullable(),
  kind: z.enum([
    'object',
    'array',
    'string',
    'number',
    'boolean',
    'null',
    'undefined',
    'bytes',
    'tag',
    'extension',
  ]),
  /** Numbers as the payload has them, every digit; empty for objects and arrays. */
  text: z.string(),
  /** Members or items. */
  size: z.number().int(),
  /** Index in the list behind the last node inside this one. */
  end: z.number().int(),
  /** A member of this name came before in the same object. */
  duplicate: z.boolean(),
  at: z.number().int(),
});
export type TreeNode = z.infer<typeof TreeNode>;
/** `cut`: there are more nodes than were sent. */
export const PayloadTree = z.object({ nodes: z.array(TreeNode), cut: z.boolean() });
export type PayloadTree = z.infer<typeof PayloadTree>;

export const PayloadView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('json'), tree: PayloadTree }),
  z.object({ kind: z.literal('cbor'), tree: PayloadTree }),
  z.object({ kind: z.literal('msgpack'), tree: PayloadTree }),
  z.object({
    kind: z.literal('image'),
    mime: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
    width: z.number().nullable(),
    height: z.number().nullable(),
  }),
  /** The text is `TrafficDetail.text`. */
  z.object({ kind: z.literal('text') }),
  /** Any bytes. */
  z.object({ kind: z.literal('hex') }),
]);
export type PayloadView = z.infer<typeof PayloadView>;

export const TrafficDetail = z.object({
  row: TrafficRow,
  /** Whole payload, base64, up to TRAFFIC_PAYLOAD_LIMIT bytes; the rest by `traffic.payload`. */
  payloadBase64: z.string(),
  payloadCut: z.boolean(),
  /** What is in `payloadBase64` as text, when it is valid UTF-8. */
  text: z.string().nullable(),
  sha256: z.string(),
  /** False when the stored bytes are not those which were captured. */
  intact: z.boolean(),
  /** One sentence: why a client went, what was refused. */
  detail: z.string().nullable(),
  properties: MqttProperties.nullable(),
  /** What it can be read as, the likeliest first; `hex` is always there. */
  views: z.array(PayloadView),
  /** Numbers in it by JSON Pointer, for `traffic.series`. */
  numbers: z.array(z.object({ path: z.string(), value: z.number(), text: z.string() })),
  signature: SignatureVerdict,
  /** Of the release manifest inside, where there is one. */
  manifest: SignatureVerdict,
  schema: SchemaVerdict,
  mark: TrafficMark.nullable(),
  /** The message before it on the same topic; null when there is none. */
  previousId: z.number().int().nullable(),
});
export type TrafficDetail = z.infer<typeof TrafficDetail>;

export const PayloadDiff = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('same') }),
  /** Without changes they differ in their writing only. */
  z.object({
    kind: z.literal('structure'),
    changes: z.array(
      z.object({
        kind: z.enum(['added', 'removed', 'changed']),
        /** JSON Pointer. */
        path: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
      }),
    ),
    cut: z.boolean(),
  }),
  z.object({
    kind: z.literal('bytes'),
    sizeBefore: z.number().int(),
    sizeAfter: z.number().int(),
    /** Equal bytes at the beginning, and behind what differs. */
    commonStart: z.number().int(),
    commonEnd: z.number().int(),
  }),
]);
export type PayloadDiff = z.infer<typeof PayloadDiff>;
