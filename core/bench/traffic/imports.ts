import { randomUUID } from 'node:crypto';
import { type InferContractRouterOutputs } from '@orpc/contract';
import { type BenchContract } from '#core/contract';
import { type CaptureImport, importNdjson, type ImportReport } from '#core/capture';
import { type Clock } from '#core/ports';
import { type TrafficEvent } from '#core/recorder';
import { BenchError } from '../errors.ts';
import { type Capture } from './capture.ts';
import { eventOf } from './messages.ts';
import { createPipe, type Pipe } from './pipe.ts';

type Report = InferContractRouterOutputs<BenchContract>['capture']['import']['finish'];

/** Files that come in at once. */
const IMPORTS_LIMIT = 4;
/** Somebody who left in the middle must not hold a place for ever. */
const IDLE_MS = 120_000;
/** Recorded between two waits for the disk, so that nothing is dropped: messages, bytes. */
const FLUSH_EVERY = 2_000;
const FLUSH_BYTES = 4_194_304;

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
    let bytes = 0;
    for await (const message of messages) {
      await keep(capture, eventOf(message, source));
      count += 1;
      bytes += message.payload.byteLength;
      if (count < FLUSH_EVERY && bytes < FLUSH_BYTES) continue;
      await recorder.flush();
      count = 0;
      bytes = 0;
    }
    await recorder.flush();
    assertRecording(capture);
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
      assertRecording(capture);
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

/** What is reported as imported has to be in the capture. @throws BenchError RECORDING_STOPPED */
async function keep(capture: Capture, event: TrafficEvent): Promise<void> {
  for (;;) {
    const { total } = capture.counts().dropped;
    capture.add(event);
    if (capture.counts().dropped.total === total) return;
    assertRecording(capture);
    // Live traffic filled the queue: this message is told again when there is room.
    await capture.recorder().flush();
  }
}

function assertRecording(capture: Capture): void {
  const state = capture.state();
  if (state.kind === 'recording') return;
  const { code, reason, next } = state.refusal;
  throw new BenchError('RECORDING_STOPPED', `nothing is recorded: ${code}, ${reason}`, { next });
}

function reportOf({ imported, bad, faults }: ImportReport): Report {
  return { imported, bad, faults: faults.map((fault) => ({ ...fault })) };
}
