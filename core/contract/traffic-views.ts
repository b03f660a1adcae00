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

/** What is said of the signature of a message of ours. */
export const Judgement = z.enum(['valid', 'unsigned', 'invalid']);
export type Judgement = z.infer<typeof Judgement>;

/**
 * The same, and how the signature was judged: each message that matches the rest is verified, so
 * it takes longer.
 */
export const TrafficSelection = TrafficWhere.extend({
  verdicts: z.array(Judgement).min(1).max(3).optional(),
});
export type TrafficSelection = z.infer<typeof TrafficSelection>;

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
  where: TrafficSelection,
});
export type SavedFilter = z.infer<typeof SavedFilter>;
