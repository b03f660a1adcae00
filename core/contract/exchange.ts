import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { base } from './base.ts';
import { ReplayView, RewriteRule } from './connection-views.ts';
import { TrafficSelection } from './traffic-views.ts';
import { frameOf } from './views.ts';

/** Largest chunk of `capture.import.chunk`, bytes before base64. */
export const CAPTURE_CHUNK_LIMIT = 1_048_576;

const Name = z.string().min(1).max(100);
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

/** Captured traffic out to files, in from them, and once more onto a broker. */
export const exchangeContract = {
  capture: {
    /** A file in pieces. Ends with `end`. */
    export: base
      .input(
        z.object({
          form: z.enum(['ndjson', 'csv', 'pcapng']),
          where: TrafficSelection.optional(),
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
          where: TrafficSelection.optional(),
          /** 1 is the original pace, null as fast as the broker takes it. */
          speed: z.number().min(0.01).max(10_000).nullable().default(1),
          /** Wall clock of the capture, ms: the first that is replayed, the first that is not. */
          from: z.number().optional(),
          to: z.number().optional(),
          rewrite: z.array(RewriteRule).max(100).default([]),
          /**
           * A message may have been heard by the broker's tap and by connections, or sent and heard:
           * `one` refuses to send what several places tell, `all` sends it as often.
           */
          places: z.enum(['one', 'all']).default('one'),
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
};
