import { z } from 'zod';
import { MqttProperties } from './message-views.ts';
import { Qos } from './traffic-views.ts';
import { RefusalView } from './views.ts';

/** Further client connections, and what is sent over them. */

/** What the broker answered, as far as its version of MQTT says anything. */
export const AnswerView = z.object({
  packet: z.string(),
  code: z.number().int(),
  /** What the code means. */
  words: z.string(),
  /** The broker's own sentence. */
  reasonString: z.string().nullable(),
});
export type AnswerView = z.infer<typeof AnswerView>;

export const ConnectionDraft = z.object({
  name: z.string().trim().min(1).max(100),
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`; null: this bench's own broker. */
  url: z.string().min(1).max(2_048).nullable(),
  /** MQTT 3.1.1 or 5. */
  protocol: z.union([z.literal(4), z.literal(5)]),
  /** Null: generated. Left out: that of before, generated where there is none. */
  clientId: z.string().min(1).max(256).nullish(),
  user: z.string().min(1).max(256).nullable(),
  /** Into the vault, never into a file. */
  password: z.string().max(65_535).optional(),
  /** Its CA, PEM; null: the bench CA and the well-known ones. */
  caPem: z.string().max(65_536).nullable().default(null),
  /** Publishing, deleting and replaying need a confirmation. */
  production: z.boolean(),
  /** What is captured from it. */
  subscriptions: z.array(z.object({ filter: z.string().min(1).max(65_535), qos: Qos })).max(100),
});
export type ConnectionDraft = z.input<typeof ConnectionDraft>;

export const ConnectionView = z.object({
  /** `own` for the one that is always there: the broker which the bench itself uses. */
  id: z.string(),
  name: z.string(),
  url: z.string().nullable(),
  protocol: z.union([z.literal(4), z.literal(5)]),
  clientId: z.string(),
  user: z.string().nullable(),
  /** The vault has a password for it. */
  hasPassword: z.boolean(),
  caPem: z.string().nullable(),
  production: z.boolean(),
  /**
   * What sending over it has to be confirmed with: the name of a connection to the same broker that
   * is marked as production. Null where none is.
   */
  confirm: z.string().nullable(),
  subscriptions: z.array(z.object({ filter: z.string(), qos: Qos })),
  /** `idle`: opens by itself when something is sent over it. */
  state: z.enum(['idle', 'connecting', 'up', 'lost', 'closed']),
  /** Why it is not up, or which subscription the broker refused. */
  refusals: z.array(RefusalView),
  /** What a broker of MQTT 5 says of itself. */
  limits: z
    .object({
      receiveMaximum: z.number().int(),
      maximumQos: Qos,
      retainAvailable: z.boolean(),
      maximumPacketBytes: z.number().int().nullable(),
      topicAliasMaximum: z.number().int(),
      keepaliveSeconds: z.number().int().nullable(),
      sessionExpirySeconds: z.number().int().nullable(),
      assignedClientId: z.string().nullable(),
    })
    .nullable(),
  /** Messages captured from it since it was opened. */
  received: z.number().int(),
});
export type ConnectionView = z.infer<typeof ConnectionView>;

/** Of publishing once. */
export const PublishRecord = z.object({
  id: z.number().int(),
  at: z.number(),
  connection: z.string(),
  connectionName: z.string(),
  topic: z.string(),
  /** As it was sent, variables filled in; empty in the history when it is larger than 16 KiB. */
  payloadBase64: z.string(),
  size: z.number().int(),
  qos: Qos,
  retain: z.boolean(),
  properties: MqttProperties.nullable(),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('sent'), answer: AnswerView.nullable() }),
    z.object({ kind: z.literal('refused'), refusal: RefusalView }),
  ]),
});
export type PublishRecord = z.infer<typeof PublishRecord>;

export const PublishTemplate = z.object({
  name: z.string().trim().min(1).max(100),
  topic: z.string().min(1).max(65_535),
  payload: z.string().max(1_048_576),
  qos: Qos,
  retain: z.boolean(),
  properties: MqttProperties.nullable(),
});
export type PublishTemplate = z.infer<typeof PublishTemplate>;

export const RetainedMessage = z.object({
  topic: z.string(),
  size: z.number().int(),
  qos: Qos,
  preview: z.string(),
  cut: z.boolean(),
});
export type RetainedMessage = z.infer<typeof RetainedMessage>;

export const RewriteRule = z.object({
  /** An MQTT filter; the first rule that matches decides. */
  pattern: z.string().min(1).max(65_535),
  /** `{1}` is what the first wildcard stood for, `{2}` the second. */
  template: z.string().min(1).max(65_535),
});
export type RewriteRule = z.infer<typeof RewriteRule>;

export const ReplayView = z.object({
  replayId: z.string(),
  connection: z.string(),
  connectionName: z.string(),
  startedAt: z.number(),
  /** 1 is the original pace; null as fast as the broker takes it. */
  speed: z.number().nullable(),
  state: z.enum(['running', 'paused', 'ended']),
  /** Messages that are to be looked at. */
  total: z.number().int(),
  sent: z.number().int(),
  skipped: z.number().int(),
  refused: z.number().int(),
  /** Sent without the properties that MQTT 3.1.1 cannot carry. */
  stripped: z.number().int(),
  /** Wall clock in the capture of the last message sent, ms. */
  position: z.number().nullable(),
  drift: z.object({ meanMs: z.number(), maxMs: z.number(), behind: z.number().int() }),
  /** Null while it runs. */
  outcome: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('finished') }),
      z.object({ kind: z.literal('stopped') }),
      z.object({ kind: z.literal('failed'), refusal: RefusalView }),
    ])
    .nullable(),
  /** Topics that may not be published to, the first of them. */
  refusals: z.array(
    z.object({ index: z.number().int(), topic: z.string(), code: z.string(), reason: z.string() }),
  ),
});
export type ReplayView = z.infer<typeof ReplayView>;

const Step = z.enum(['issue', 'status', 'acknowledgment', 'progress', 'result', 'command']);
const Flag = z.object({
  code: z.enum([
    'missing',
    'late',
    'duplicate',
    'out_of_order',
    'unsigned',
    'badly_signed',
    'stale_retained',
    'foreign',
    'invalid',
  ]),
  reason: z.string(),
});

export const TimelineEntry = z.object({
  at: z.number(),
  /** µs since 1970, spaced as the monotonic clock measured. */
  stamp: z.number(),
  step: Step,
  topic: z.string(),
  says: z.string(),
  source: z.string(),
  direction: z.enum(['in', 'out', 'tap']),
  messageId: z.string().nullable(),
  seq: z.number().nullable(),
  signed: z.boolean(),
  flags: z.array(Flag),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const TimelineSummary = z.object({
  /** Vehicle and update; for `timeline.watch`. */
  key: z.string(),
  updateId: z.string().nullable(),
  vin: z.string(),
  version: z.string().nullable(),
  /** The last word; null while it goes on. */
  outcome: z.string().nullable(),
  startedAt: z.number(),
  lastAt: z.number(),
  entries: z.number().int(),
  flags: z.number().int(),
});
export type TimelineSummary = z.infer<typeof TimelineSummary>;

export const TimelineView = z.object({
  key: z.string(),
  updateId: z.string().nullable(),
  vin: z.string(),
  version: z.string().nullable(),
  entries: z.array(TimelineEntry),
  /** Entries behind the bound, counted and not kept. */
  omitted: z.number().int(),
  outcome: z.string().nullable(),
  latencies: z.array(z.object({ from: Step, to: Step, ms: z.number() })),
  missing: z.array(Flag),
});
export type TimelineView = z.infer<typeof TimelineView>;
