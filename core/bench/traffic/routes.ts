import { type TrafficSelection } from '#core/contract';
import { type Context } from '../context.ts';
import { type BenchContractImplementer } from '../refuse.ts';
import { decodeBase64 } from '../trust/files.ts';
import { type TrafficDesk } from './desk.ts';
import { exportCapture } from './exchange.ts';
import { find } from './find.ts';
import { deleteRetained, listRetained } from './retained.ts';
import { pageOf } from './pages.ts';
import { type Selection, selectionOf, type Signing } from './selection.ts';
import { seriesOf } from './series.ts';
import { asked, whereOf } from './where.ts';

const done = { done: true } as const;

const signingOf = ({ topics, ring }: Context): Signing => ({ topics: topics(), ring });

/** Captured traffic: what is listed, searched and read. */
export function createCaptureRoutes(os: BenchContractImplementer, desk: TrafficDesk) {
  const { context, capture, live, inspector, filters, stories, imports } = desk;
  const { clock } = context;
  const selection = (where: TrafficSelection | undefined): Selection =>
    selectionOf(where, signingOf(context));
  return {
    traffic: {
      watch: os.traffic.watch.handler(({ input: { filter, where, limit }, signal }) => {
        const wanted = whereOf({ topicFilter: filter, ...where });
        return live.watch({ where: wanted, limit }, signal);
      }),
      find: os.traffic.find.handler(({ input, signal }) => {
        const { where, after, limit } = input;
        const search = { ...selection(where), limit, ...(after === undefined ? {} : { after }) };
        return find(capture, search, clock, signal);
      }),
      bounds: os.traffic.bounds.handler(() => ({ ...capture.bounds() })),
      rowsAt: os.traffic.rowsAt.handler(async ({ input: { offset, limit } }) => {
        const bounds = { ...capture.bounds() };
        const rows = await asked(() => capture.recorder().rowsAt(offset, limit));
        return { rows: rows.map((row) => capture.row(row)), bounds };
      }),
      rowsOf: os.traffic.rowsOf.handler(async ({ input }) => {
        const rows = await asked(() => capture.recorder().rowsOf(input.ids));
        return rows.map((row) => capture.row(row));
      }),
      page: os.traffic.page.handler(({ input: { where, ...query }, signal }) =>
        pageOf(capture, { ...selection(where), ...query }, signal),
      ),
      detail: os.traffic.detail.handler(({ input }) => inspector.detail(input.id)),
      payload: os.traffic.payload.handler(({ input: { id, offset, length } }) =>
        inspector.payload(id, offset, length),
      ),
      diff: os.traffic.diff.handler(({ input }) => inspector.diff(input.id, input.against)),
      series: os.traffic.series.handler(({ input, signal }) => seriesOf(capture, input, signal)),
      branches: os.traffic.branches.handler(async ({ input: { under, after, offset, limit } }) => {
        const query = { under, offset, limit, ...(after === undefined ? {} : { after }) };
        const { branches, total } = await capture.recorder().branches(query);
        const mutable = branches.map(({ own, spark, ...rest }) => ({
          ...rest,
          spark: [...spark],
          own: own && { ...own, spark: [...own.spark] },
        }));
        return { branches: mutable, total };
      }),
      topics: os.traffic.topics.handler(async ({ input: { prefix, after, limit } }) => {
        const query = { prefix, limit, ...(after === undefined ? {} : { after }) };
        const { topics, total } = await capture.recorder().topics(query);
        return { topics: topics.map((each) => ({ ...each, spark: [...each.spark] })), total };
      }),
      mark: os.traffic.mark.handler(async ({ input: { id, note } }) => {
        const mark = await capture.recorder().mark(id, note);
        capture.marked(id, true);
        return { ...mark };
      }),
      unmark: os.traffic.unmark.handler(async ({ input: { id } }) => {
        await capture.recorder().unmark(id);
        capture.marked(id, false);
        return done;
      }),
      marks: os.traffic.marks.handler(async () => asked(() => capture.recorder().marks())),
      clear: os.traffic.clear.handler(() => live.clear()),
      resume: os.traffic.resume.handler(() => capture.resume()),
    },
    filters: {
      list: os.filters.list.handler(() => filters.list()),
      save: os.filters.save.handler(({ input }) => filters.save(input)),
      remove: os.filters.remove.handler(({ input }) => filters.remove(input.name)),
    },
    timeline: {
      list: os.timeline.list.handler(() => stories.list()),
      watch: os.timeline.watch.handler(({ input, signal }) => stories.watch(input.key, signal)),
    },
    capture: {
      export: os.capture.export.handler(({ input: { form, where, csv }, signal }) =>
        exportCapture(
          capture,
          clock,
          { form, ...selection(where), ...(csv ? { csv } : {}) },
          signal,
        ),
      ),
      import: {
        begin: os.capture.import.begin.handler(({ input }) => imports.begin(input.name)),
        chunk: os.capture.import.chunk.handler(({ input: { uploadId, offset, base64 } }) =>
          imports.chunk(uploadId, offset, decodeBase64(base64)),
        ),
        finish: os.capture.import.finish.handler(({ input }) => imports.finish(input.uploadId)),
        abort: os.capture.import.abort.handler(({ input }) => imports.abort(input.uploadId)),
      },
    },
  };
}

/** What is sent, and over which connection. */
export function createSendingRoutes(os: BenchContractImplementer, desk: TrafficDesk) {
  const { context, connections, publishing, replays } = desk;
  const lasting = (signal: AbortSignal | undefined): AbortSignal =>
    signal ? AbortSignal.any([signal, context.signal]) : context.signal;
  return {
    replay: {
      start: os.replay.start.handler(({ input, signal }) =>
        replays.start(
          { ...input, ...selectionOf(input.where, signingOf(context)) },
          lasting(signal),
        ),
      ),
      watch: os.replay.watch.handler(({ signal }) => replays.feed.watch(signal)),
      stop: os.replay.stop.handler(({ input }) => replays.stop(input.replayId)),
      pause: os.replay.pause.handler(({ input }) => replays.pause(input.replayId)),
      resume: os.replay.resume.handler(({ input }) => replays.resume(input.replayId)),
    },
    connections: {
      watch: os.connections.watch.handler(({ signal }) => connections.feed.watch(signal)),
      list: os.connections.list.handler(() => connections.list()),
      add: os.connections.add.handler(({ input }) => connections.add(input)),
      edit: os.connections.edit.handler(({ input }) => connections.edit(input.id, input.draft)),
      remove: os.connections.remove.handler(async ({ input }) => {
        await connections.remove(input.id);
        return done;
      }),
      open: os.connections.open.handler(({ input }) => connections.open(input.id)),
      close: os.connections.close.handler(({ input }) => connections.close(input.id)),
    },
    publish: {
      send: os.publish.send.handler(({ input, signal }) => publishing.send(input, signal)),
      history: os.publish.history.handler(() => publishing.history()),
      templates: os.publish.templates.handler(() => publishing.templates()),
      saveTemplate: os.publish.saveTemplate.handler(({ input }) => publishing.saveTemplate(input)),
      removeTemplate: os.publish.removeTemplate.handler(({ input }) =>
        publishing.removeTemplate(input.name),
      ),
    },
    retained: {
      list: os.retained.list.handler(({ input, signal }) =>
        listRetained(connections.find(input.connection), input.filter, context, lasting(signal)),
      ),
      delete: os.retained.delete.handler(({ input, signal }) => {
        const { connection, filter, expect, confirm } = input;
        const chosen = connections.toSend(connection, confirm);
        return deleteRetained(chosen, { filter, expect }, context, lasting(signal));
      }),
    },
  };
}
