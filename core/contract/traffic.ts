import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import {
  AnswerView,
  ConnectionDraft,
  ConnectionView,
  PublishRecord,
  PublishTemplate,
  ReplayView,
  RetainedMessage,
  RewriteRule,
  TimelineSummary,
  TimelineView,
} from './connection-views.ts';
import {
  BranchView,
  FindEvent,
  MqttProperties,
  PayloadDiff,
  Qos,
  SavedFilter,
  TopicView,
  TrafficBounds,
  TrafficCounts,
  TrafficDetail,
  TrafficFrame,
  TrafficMark,
  TrafficRow,
  TrafficState,
  TrafficWhere,
} from './traffic-views.ts';
import { frameOf } from './views.ts';

/** Payload bytes that come with `traffic.detail`, and at most with one `traffic.payload`. */
export const TRAFFIC_PAYLOAD_LIMIT = 2_097_152;
/** Rows of one answer. */
export const TRAFFIC_ROWS_LIMIT = 2_000;
/** Largest chunk of `capture.import.chunk`, bytes before base64. */
export const CAPTURE_CHUNK_LIMIT = 1_048_576;

const Id = z.number().int().min(0);
const Name = z.string().min(1).max(100);
const done = z.object({ done: z.literal(true) });
const ImportReport = z.object({
  imported: z.number().int(),
  /** Lines that were left out. */
  bad: z.number().int(),
  /** The first of them; lines and columns are counted from 1. */
  faults: z.array(
    z.object({
      line: z.number().int(),
      column: z.number().int(),
      code: z.string(),
      reason: z.string(),
    }),
  ),
});
const TopicQuery = {
  /** The last of the page before. */
  after: z.string().max(65_535).optional(),
  limit: z.number().int().min(1).max(1_000).default(500),
};

/** The capture, other connections, and what can be sent over them. */
export const trafficContract = {
  traffic: {
    /** Rows that match, newest `limit` in the snapshot, then the newest `limit` of each moment. `filter` is `where.topicFilter`. */
    watch: base
      .input(
        z.object({
          filter: z.string().min(1).max(65_535).default('#'),
          where: TrafficWhere.optional(),
          limit: z.number().int().min(0).max(5_000).default(1_000),
        }),
      )
      .output(eventIterator(TrafficFrame)),
    /** Ids of all that match, ascending: the index of a filtered list. Ends with `end`. */
    find: base
      .input(
        z.object({
          where: TrafficWhere,
          /** Signatures of our messages; looks into each message, so it takes longer. */
          verdicts: z
            .array(z.enum(['valid', 'unsigned', 'invalid']))
            .min(1)
            .optional(),
          after: Id.optional(),
          limit: z.number().int().min(1).max(1_000_000).default(1_000_000),
        }),
      )
      .output(eventIterator(FindEvent)),
    bounds: base.output(TrafficBounds),
    /** Rows `offset`, `offset` + 1, … of the unfiltered capture, oldest first. */
    rowsAt: base
      .input(z.object({ offset: Id, limit: z.number().int().min(1).max(TRAFFIC_ROWS_LIMIT) }))
      .output(z.object({ rows: z.array(TrafficRow), bounds: TrafficBounds })),
    /** Rows of these ids, in this order; those that left are left out. */
    rowsOf: base
      .input(z.object({ ids: z.array(Id).max(TRAFFIC_ROWS_LIMIT) }))
      .output(z.array(TrafficRow)),
    page: base
      .input(
        z.object({
          order: z.enum(['newest', 'oldest']).default('newest'),
          /** `next` of the page before. */
          from: Id.optional(),
          limit: z.number().int().min(1).max(TRAFFIC_ROWS_LIMIT).default(500),
          where: TrafficWhere.optional(),
        }),
      )
      .output(z.object({ rows: z.array(TrafficRow), next: Id.nullable() })),
    detail: base.input(z.object({ id: Id })).output(TrafficDetail),
    /** A piece of a payload. */
    payload: base
      .input(
        z.object({
          id: Id,
          offset: Id,
          length: z.number().int().min(1).max(TRAFFIC_PAYLOAD_LIMIT),
        }),
      )
      .output(z.object({ base64: z.string(), size: z.number().int() })),
    /** What changed from `against`, or the message before on the topic, to `id`. */
    diff: base
      .input(z.object({ id: Id, against: Id.optional() }))
      .output(z.object({ against: TrafficRow.nullable(), diff: PayloadDiff.nullable() })),
    /** A number in the payloads of one topic over time, oldest first: the newest `limit` points. */
    series: base
      .input(
        z.object({
          topic: z.string().min(1).max(65_535),
          /** JSON Pointer, as `TrafficDetail.numbers` names it. */
          path: z.string().max(10_000),
          since: z.number().optional(),
          until: z.number().optional(),
          limit: z.number().int().min(1).max(20_000).default(2_000),
        }),
      )
      .output(
        z.object({
          ids: z.array(Id),
          at: z.array(z.number()),
          values: z.array(z.number()),
          /** There are older ones. */
          cut: z.boolean(),
        }),
      ),
    /** The levels directly under a path (null: the first level), by name. */
    branches: base
      .input(z.object({ under: z.string().max(65_535).nullable().default(null), ...TopicQuery }))
      .output(z.object({ branches: z.array(BranchView), total: z.number().int() })),
    topics: base
      .input(z.object({ prefix: z.string().max(65_535).default(''), ...TopicQuery }))
      .output(z.object({ topics: z.array(TopicView), total: z.number().int() })),
    /** A bookmark, with a note; it survives retention. */
    mark: base
      .input(z.object({ id: Id, note: z.string().max(10_000).default('') }))
      .output(TrafficMark),
    unmark: base.input(z.object({ id: Id })).output(done),
    marks: base.output(z.array(TrafficMark)),
    /** Removes every message captured so far. Bookmarked ones stay in `detail`. */
    clear: base.output(TrafficCounts),
    /** Records again after a stop. */
    resume: base.output(TrafficState),
  },
  filters: {
    list: base.output(z.array(SavedFilter)),
    /** A name that is there already is replaced. At most 200. */
    save: base.input(SavedFilter).output(z.array(SavedFilter)),
    remove: base.input(z.object({ name: Name })).output(z.array(SavedFilter)),
  },
  timeline: {
    /** Updates in the capture, the most recently active first. */
    list: base.output(z.array(TimelineSummary)),
    /** One update's story: again as it grows, and as steps become late. */
    watch: base
      .input(z.object({ key: z.string().max(300) }))
      .output(eventIterator(frameOf(TimelineView))),
  },
  capture: {
    /** A file in pieces. Ends with `end`. */
    export: base
      .input(
        z.object({
          form: z.enum(['ndjson', 'csv', 'pcapng']),
          where: TrafficWhere.optional(),
          csv: z
            .object({ delimiter: z.enum([',', ';', '\t']), byteOrderMark: z.boolean() })
            .optional(),
        }),
      )
      .output(
        eventIterator(
          z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('begin'), name: z.string(), mime: z.string() }),
            z.object({ kind: z.literal('chunk'), base64: z.string() }),
            /** `scanned` of `total` messages were looked at. */
            z.object({
              kind: z.literal('progress'),
              scanned: z.number().int(),
              total: z.number().int(),
              messages: z.number().int(),
            }),
            z.object({
              kind: z.literal('end'),
              messages: z.number().int(),
              bytes: z.number().int(),
              /** Events that the form has no way to say. */
              leftOut: z.number().int(),
            }),
          ]),
        ),
      ),
    /** NDJSON that `export` wrote. Chunks go in order; what is good is recorded as it comes. */
    import: {
      begin: base
        .input(z.object({ name: z.string().min(1).max(255) }))
        .output(z.object({ uploadId: z.string() })),
      chunk: base
        .input(
          z.object({
            uploadId: z.string(),
            offset: z.number().int().min(0),
            base64: z.string().max(Math.ceil(CAPTURE_CHUNK_LIMIT / 3) * 4),
          }),
        )
        .output(z.object({ received: z.number().int(), imported: z.number().int() })),
      finish: base.input(z.object({ uploadId: z.string() })).output(ImportReport),
      /** What was recorded already stays. */
      abort: base.input(z.object({ uploadId: z.string() })).output(ImportReport),
    },
  },
  replay: {
    /** One at a time for each connection. */
    start: base
      .input(
        z.object({
          connection: Name,
          /** Left out: everything that was captured up to now. */
          where: TrafficWhere.optional(),
          /** 1 is the original pace, null as fast as the broker takes it. */
          speed: z.number().min(0.01).max(10_000).nullable().default(1),
          /** Wall clock of the capture, ms: the first that is replayed, the first that is not. */
          from: z.number().optional(),
          to: z.number().optional(),
          rewrite: z.array(RewriteRule).max(100).default([]),
          /** The connection's name, when it is marked as production. */
          confirm: z.string().optional(),
        }),
      )
      .output(ReplayView),
    watch: base.output(eventIterator(frameOf(ReplayView))),
    stop: base.input(z.object({ replayId: Name })).output(ReplayView),
    pause: base.input(z.object({ replayId: Name })).output(ReplayView),
    resume: base.input(z.object({ replayId: Name })).output(ReplayView),
  },
  connections: {
    watch: base.output(eventIterator(frameOf(ConnectionView))),
    list: base.output(z.array(ConnectionView)),
    /** Stays closed until `open`. */
    add: base.input(ConnectionDraft).output(ConnectionView),
    remove: base.input(z.object({ id: Name })).output(done),
    /** Returns at once; `watch` tells when it is up. It is opened again at the next start. */
    open: base.input(z.object({ id: Name })).output(ConnectionView),
    close: base.input(z.object({ id: Name })).output(ConnectionView),
  },
  publish: {
    send: base
      .input(
        z.object({
          connection: Name,
          topic: z.string().min(1).max(65_535),
          /** At most 8 MiB before base64. */
          payloadBase64: z.string().max(11_184_812),
          qos: Qos.default(0),
          retain: z.boolean().default(false),
          properties: MqttProperties.optional(),
          /**
           * Fill in `{{now}}` (ISO 8601), `{{ms}}`, `{{uuid}}`, `{{n}}` (counts up) and these, in
           * the topic and in a payload that is UTF-8.
           */
          variables: z.record(z.string().max(100), z.string().max(65_535)).optional(),
          /** The connection's name, when it is marked as production. */
          confirm: z.string().optional(),
        }),
      )
      .output(z.object({ record: PublishRecord, answer: AnswerView.nullable() })),
    /** Newest first, at most 200; survives a restart. */
    history: base.output(z.array(PublishRecord)),
    templates: base.output(z.array(PublishTemplate)),
    saveTemplate: base.input(PublishTemplate).output(z.array(PublishTemplate)),
    removeTemplate: base.input(z.object({ name: Name })).output(z.array(PublishTemplate)),
  },
  retained: {
    /** What the broker retains under `filter`. Ends with `end`, once the broker has nothing more. */
    list: base
      .input(z.object({ connection: Name, filter: z.string().min(1).max(65_535).default('#') }))
      .output(
        eventIterator(
          z.discriminatedUnion('kind', [
            z.object({ kind: z.literal('batch'), messages: z.array(RetainedMessage) }),
            z.object({
              kind: z.literal('end'),
              found: z.number().int(),
              /** False when there are more than are kept, 100,000. */
              complete: z.boolean(),
            }),
          ]),
        ),
      ),
    /** Deletes what is retained under `filter`, and says how far it is. */
    delete: base
      .input(
        z.object({
          connection: Name,
          filter: z.string().min(1).max(65_535),
          /** As many as the person was shown; refused when the broker has others by now. */
          expect: z.number().int().min(0),
          /** The connection's name, when it is marked as production. */
          confirm: z.string().optional(),
        }),
      )
      .output(
        eventIterator(
          z.object({
            kind: z.enum(['progress', 'end']),
            deleted: z.number().int(),
            total: z.number().int(),
            /** Still there afterwards, or not allowed. */
            failed: z.number().int(),
          }),
        ),
      ),
  },
};
