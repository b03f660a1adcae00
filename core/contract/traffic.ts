import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { TimelineSummary, TimelineView } from './connection-views.ts';
import { PayloadDiff, TrafficDetail } from './message-views.ts';
import {
  BranchView,
  FindEvent,
  SavedFilter,
  TopicView,
  TrafficBounds,
  TrafficCounts,
  TrafficFrame,
  TrafficMark,
  TrafficRow,
  TrafficSelection,
  TrafficState,
  TrafficWhere,
} from './traffic-views.ts';
import { frameOf } from './views.ts';

/** Payload bytes that come with `traffic.detail`, and at most with one `traffic.payload`. */
export const TRAFFIC_PAYLOAD_LIMIT = 2_097_152;
/** Rows of one answer. */
export const TRAFFIC_ROWS_LIMIT = 2_000;

const Id = z.number().int().min(0);
const Name = z.string().min(1).max(100);
const done = z.object({ done: z.literal(true) });
const TopicQuery = {
  /** The last of the page before. */
  after: z.string().max(65_535).optional(),
  limit: z.number().int().min(1).max(1_000).default(500),
};

/** What was captured, and how it is looked at. */
export const trafficContract = {
  traffic: {
    /** Rows that match, newest `limit` in the snapshot, then the newest `limit` of each moment. `filter` is `where.topicFilter`. */
    watch: base
      .input(
        z.object({
          filter: z.string().min(1).max(65_535).default('#'),
          /** Judging signatures is for `find`: a stream must keep pace. */
          where: z.strictObject(TrafficWhere.shape).optional(),
          limit: z.number().int().min(0).max(5_000).default(1_000),
        }),
      )
      .output(eventIterator(TrafficFrame)),
    /** Ids of all that match, ascending: the index of a filtered list. Ends with `end`. */
    find: base
      .input(
        z.object({
          where: TrafficSelection,
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
          where: TrafficSelection.optional(),
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
    /** The levels directly under a path (null: the first level), by name: from `offset`, or `after` one. */
    branches: base
      .input(
        z.object({
          under: z.string().max(65_535).nullable().default(null),
          offset: z.number().int().min(0).default(0),
          ...TopicQuery,
        }),
      )
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
};
