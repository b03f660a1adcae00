import { randomUUID } from 'node:crypto';
import { type InferContractRouterOutputs } from '@orpc/contract';
import { type BenchContract } from '#core/contract';
import {
  type CapturedMessage,
  type CaptureImport,
  exportCsv,
  exportNdjson,
  exportPcapng,
  importNdjson,
  type ImportReport,
} from '#core/capture';
import { type Clock } from '#core/ports';
import { type Where } from '#core/recorder';
import { BenchError } from '../errors.ts';
import { type Capture } from './capture.ts';
import { capturedOf, eventOf, recorded } from './messages.ts';
import { createPipe, type Pipe } from './pipe.ts';

type Outputs = InferContractRouterOutputs<BenchContract>;
type ExportStream = Outputs['capture']['export'];
export type ExportEvent = ExportStream extends AsyncIteratorObject<infer Event> ? Event : never;
export type ExportForm = 'ndjson' | 'csv' | 'pcapng';
export type CsvChoice = { delimiter: ',' | ';' | '\t'; byteOrderMark: boolean };

/** One frame of the stream; with the pause below 20 MB/s, also where a transport has no flow control. */
const CHUNK_BYTES = 524_288;
const CHUNK_PAUSE_MS = 25;
const MIME: Readonly<Record<ExportForm, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  pcapng: 'application/x-pcapng',
};

/** What was captured up to now, as a file in pieces. */
export async function* exportCapture(
  capture: Capture,
  clock: Clock,
  query: { form: ExportForm; where: Where; csv?: CsvChoice },
  signal?: AbortSignal,
): AsyncGenerator<ExportEvent, void, undefined> {
  const { form, where, csv = { delimiter: ',', byteOrderMark: true } } = query;
  const over = new AbortController();
  const both = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const recorder = capture.recorder();
  const { first, last } = capture.bounds();
  const total = Math.max(0, last - first + 1);
  let scanned = 0;
  let messages = 0;
  let leftOut = 0;
  let bytes = 0;
  const source = async function* (): AsyncGenerator<CapturedMessage, void, undefined> {
    for await (const message of recorded(recorder, { where, through: last, signal: both })) {
      scanned = message.id - first + 1;
      messages += 1;
      yield capturedOf(message);
    }
    scanned = total;
  };
  const file = (): AsyncGenerator<Uint8Array, void, undefined> => {
    switch (form) {
      case 'ndjson':
        return exportNdjson(source(), { createdAt: clock.now() });
      case 'csv':
        return exportCsv(source(), csv);
      case 'pcapng':
        return exportPcapng(source(), { onLeftOut: () => (leftOut += 1) });
    }
  };
  try {
    const stamp = new Date(clock.now()).toISOString().replace(/[:.]/g, '-');
    yield { kind: 'begin', name: `traffic-${stamp}.${form}`, mime: MIME[form] };
    let waiting: Uint8Array[] = [];
    let size = 0;
    const chunk = (): ExportEvent => {
      const base64 = Buffer.concat(waiting).toString('base64');
      bytes += size;
      waiting = [];
      size = 0;
      return { kind: 'chunk', base64 };
    };
    for await (const piece of file()) {
      waiting.push(piece);
      size += piece.byteLength;
      if (size < CHUNK_BYTES) continue;
      yield chunk();
      yield { kind: 'progress', scanned, total, messages };
      await clock.sleep(CHUNK_PAUSE_MS, both);
    }
    if (size > 0) yield chunk();
    yield { kind: 'end', messages, bytes, leftOut };
  } finally {
    over.abort();
  }
}

/** Files that come in at once. */
const IMPORTS_LIMIT = 4;
/** Somebody who left in the middle must not hold a place for ever. */
const IDLE_MS = 120_000;
/** Recorded between two waits for the disk, so that nothing is dropped. */
const FLUSH_EVERY = 2_000;

export type Imports = {
  begin(name: string): { uploadId: string };
  chunk(
    uploadId: string,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ received: number; imported: number }>;
  finish(uploadId: string): Promise<Report>;
  abort(uploadId: string): Promise<Report>;
  close(): Promise<void>;
};
type Report = Outputs['capture']['import']['finish'];

type Import = {
  readonly pipe: Pipe;
  readonly reading: CaptureImport;
  readonly done: Promise<void>;
  received: number;
  touchedAt: number;
};

/** Captures that come back in. What is good is recorded as it comes, under the file's name. */
export function createImports(capture: Capture, clock: Clock): Imports {
  const open = new Map<string, Import>();

  const record = async ({ messages }: CaptureImport, source: string): Promise<void> => {
    const recorder = capture.recorder();
    let count = 0;
    for await (const message of messages) {
      capture.add(eventOf(message, source));
      count += 1;
      if (count % FLUSH_EVERY === 0) await recorder.flush();
    }
    await recorder.flush();
  };
  const found = (uploadId: string): Import => {
    const known = open.get(uploadId);
    if (!known) {
      throw new BenchError('IMPORT_UNKNOWN', 'there is no such import, or it was given up', {
        next: 'begin it again',
      });
    }
    known.touchedAt = clock.monotonic();
    return known;
  };
  const drop = async (uploadId: string): Promise<ImportReport> => {
    const { pipe, done, reading } = found(uploadId);
    open.delete(uploadId);
    pipe.cut();
    await done.catch(() => undefined);
    return reading.report();
  };
  const sweep = async (): Promise<void> => {
    const now = clock.monotonic();
    const idle = [...open].filter(([, { touchedAt }]) => now - touchedAt > IDLE_MS);
    await Promise.all(idle.map(([uploadId]) => drop(uploadId)));
  };

  return {
    begin(name) {
      // Whether anything can be recorded is known before a file is sent.
      capture.recorder();
      void sweep();
      if (open.size >= IMPORTS_LIMIT) {
        throw new BenchError('TOO_MANY', `${open.size} captures are being imported`, {
          next: 'wait until one is done',
        });
      }
      const pipe = createPipe();
      const reading = importNdjson(pipe.bytes());
      const done = record(reading, `import:${name}`).finally(() => pipe.cut());
      // Whoever sends the next piece, or finishes, is told.
      done.catch(() => undefined);
      const uploadId = randomUUID();
      open.set(uploadId, { pipe, reading, done, received: 0, touchedAt: clock.monotonic() });
      return { uploadId };
    },
    async chunk(uploadId, offset, bytes) {
      const known = found(uploadId);
      if (offset !== known.received) {
        throw new BenchError(
          'IMPORT_OFFSET',
          `the next piece begins at ${known.received}, this one at ${offset}`,
          { next: 'send the pieces in order' },
        );
      }
      known.received += bytes.byteLength;
      const taken = await known.pipe.push(bytes);
      if (!taken) {
        open.delete(uploadId);
        await known.done;
      }
      return { received: known.received, imported: known.reading.report().imported };
    },
    async finish(uploadId) {
      const { pipe, done, reading } = found(uploadId);
      pipe.end();
      open.delete(uploadId);
      await done;
      return reportOf(reading.report());
    },
    abort: async (uploadId) => reportOf(await drop(uploadId)),
    async close() {
      await Promise.all([...open.keys()].map(drop));
    },
  };
}

function reportOf({ imported, bad, faults }: ImportReport): Report {
  return { imported, bad, faults: faults.map((fault) => ({ ...fault })) };
}
