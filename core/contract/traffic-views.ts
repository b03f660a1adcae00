import { z } from 'zod';
import { RefusalView } from './views.ts';

/** Captured traffic: what the Traffic screen lists, shows, replays and publishes. */

export const Qos = z.union([z.literal(0), z.literal(1), z.literal(2)]);
export type Qos = z.infer<typeof Qos>;

/** Which way it went, seen from the bench; null where a broker saw it pass. */
export const TrafficDirection = z.enum(['in', 'out']);

/** `publish`, or what else the broker told: a connect, a refusal. */
export const TrafficKind = z.enum(['publish', 'connect', 'disconnect', 'subscribe', 'refused']);

/** One line of the traffic list. The payload comes with `traffic.detail`. */
export const TrafficRow = z.object({
  /** Rises by one per captured message, also over restarts; the capture has no gaps. */
  id: z.number().int(),
  /** Wall clock, ms. */
  at: z.number(),
  /** Microseconds of a clock that never goes back within one run. */
  monotonicUs: z.number(),
  /** Who told it: `broker`, `outside`, the name of a connection, `import:` and a file's name. */
  source: z.string(),
  direction: TrafficDirection.nullable(),
  /** Client id of the sender where the source knows it. */
  clientId: z.string().nullable(),
  topic: z.string(),
  qos: Qos,
  retain: z.boolean(),
  dup: z.boolean(),
  /** Payload bytes. */
  size: z.number().int(),
  /** First characters of the payload, control characters escaped; at most 200. */
  preview: z.string(),
  /** True when `preview` is not the whole payload. */
  cut: z.boolean(),
  kind: TrafficKind,
  /** Of a refusal. */
  code: z.string().nullable(),
  /** The line of the access list that decided. */
  aclLine: z.number().int().nullable(),
  /** It has a bookmark. */
  marked: z.boolean(),
});
export type TrafficRow = z.infer<typeof TrafficRow>;

/** All that is given must hold. */
export const TrafficWhere = z.object({
  /** MQTT wildcards; `#` includes events without a topic. */
  topicFilter: z.string().min(1).max(65_535).optional(),
  /** Occurs in the topic, the payload, the detail, the code or a property. */
  text: z.string().max(10_000).optional(),
  matchCase: z.boolean().optional(),
  /** Of JavaScript, tried on the payload as UTF-8, the detail, the code and each property. */
  regex: z
    .object({ source: z.string().max(10_000), ignoreCase: z.boolean().optional() })
    .optional(),
  /** The exact client id. */
  client: z.string().max(65_535).optional(),
  source: z.string().max(1_024).optional(),
  direction: TrafficDirection.optional(),
  qos: z.array(Qos).min(1).max(3).optional(),
  retained: z.boolean().optional(),
  kinds: z.array(TrafficKind).min(1).max(5).optional(),
  /** Wall clock, ms, both included. */
  since: z.number().optional(),
  until: z.number().optional(),
  /** Payload bytes, both included. */
  minSize: z.number().int().min(0).optional(),
  maxSize: z.number().int().min(0).optional(),
});
export type TrafficWhere = z.infer<typeof TrafficWhere>;

/** `seen` = captured + waiting + dropped.total, at every moment. */
export const TrafficCounts = z.object({
  /** Messages told to the recorder since the start, captured or not. */
  seen: z.number().int(),
  /** Messages in the capture now, those of earlier runs included. */
  held: z.number().int(),
  /** Messages that left the capture by retention or clearing, ever. */
  evicted: z.number().int(),
  /** Written down since the start. */
  captured: z.number().int(),
  /** On their way to the disk. */
  waiting: z.number().int(),
  dropped: z.object({
    total: z.number().int(),
    /** The disk could not follow. */
    queueFull: z.number().int(),
    /** Recording was stopped. */
    stopped: z.number().int(),
    /** Could not be written down. */
    unfit: z.number().int(),
  }),
});
export type TrafficCounts = z.infer<typeof TrafficCounts>;

export const TrafficBounds = z.object({
  /** Every id from `first` to `last` is there; `first` is `last` + 1 when nothing is. */
  first: z.number().int(),
  last: z.number().int(),
  count: z.number().int(),
});
export type TrafficBounds = z.infer<typeof TrafficBounds>;

export const TrafficState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('recording') }),
  /** Nothing is captured, everything is counted as dropped, until `traffic.resume`. */
  z.object({ kind: z.literal('stopped'), since: z.number(), refusal: RefusalView }),
]);
export type TrafficState = z.infer<typeof TrafficState>;

export const TrafficFrame = z.object({
  kind: z.enum(['snapshot', 'delta']),
  seq: z.number().int(),
  /** Matching rows that came between two frames and are not in `rows`; they are in the capture. */
  skipped: z.number().int(),
  /** Newest first. */
  rows: z.array(TrafficRow),
  counts: TrafficCounts,
  bounds: TrafficBounds,
  state: TrafficState,
  /** What was found when the capture was opened, such as a damaged one that was set aside. */
  notices: z.array(RefusalView),
});
export type TrafficFrame = z.infer<typeof TrafficFrame>;

export const TrafficMark = z.object({ id: z.number().int(), at: z.number(), note: z.string() });
export type TrafficMark = z.infer<typeof TrafficMark>;

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

export const TrafficProgress = z.object({
  scanned: z.number().int(),
  total: z.number().int(),
  found: z.number().int(),
});
export type TrafficProgress = z.infer<typeof TrafficProgress>;

/** A search as it goes: progress, then batches of ids, then its end. */
export const FindEvent = z.discriminatedUnion('kind', [
  TrafficProgress.extend({ kind: z.literal('progress') }),
  /** Ascending ids: the first, then by how much each is more than the one before. */
  z.object({
    kind: z.literal('ids'),
    first: z.number().int(),
    deltas: z.array(z.number().int()),
  }),
  /** `through`: highest id looked at, to go on with `after`; `complete` is false when `limit` ended it. */
  z.object({
    kind: z.literal('end'),
    found: z.number().int(),
    through: z.number().int(),
    complete: z.boolean(),
  }),
]);
export type FindEvent = z.infer<typeof FindEvent>;

export const TopicView = z.object({
  topic: z.string(),
  /** Messages held. */
  count: z.number().int(),
  bytes: z.number().int(),
  /** Messages per second over the last ten seconds. */
  rate: z.number(),
  /** Messages in each of the last 30 two-second steps, oldest first. */
  spark: z.array(z.number()),
  last: z.object({
    id: z.number().int(),
    at: z.number(),
    size: z.number().int(),
    preview: z.string(),
    cut: z.boolean(),
  }),
});
export type TopicView = z.infer<typeof TopicView>;

/** A level of the topic tree: itself a topic, or above topics, or both. */
export const BranchView = z.object({
  level: z.string(),
  path: z.string(),
  own: TopicView.nullable(),
  topics: z.number().int(),
  count: z.number().int(),
  bytes: z.number().int(),
  rate: z.number(),
  spark: z.array(z.number()),
  lastAt: z.number(),
  hasBelow: z.boolean(),
});
export type BranchView = z.infer<typeof BranchView>;

export const SavedFilter = z.object({
  name: z.string().trim().min(1).max(100),
  where: TrafficWhere,
});
export type SavedFilter = z.infer<typeof SavedFilter>;
