import { type InferContractRouterOutputs } from '@orpc/contract';
import { type BenchContract } from '#core/contract';
import { type CapturedMessage, exportCsv, exportNdjson, exportPcapng } from '#core/capture';
import { type Clock } from '#core/ports';
import { type Capture } from './capture.ts';
import { capturedOf, recorded } from './messages.ts';
import { type Selection } from './selection.ts';

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
  query: Selection & { form: ExportForm; csv?: CsvChoice },
  signal?: AbortSignal,
): AsyncGenerator<ExportEvent, void, undefined> {
  const { form, where, judged, csv = { delimiter: ',', byteOrderMark: true } } = query;
  const over = new AbortController();
  const both = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const recorder = capture.recorder();
  const { first, last } = await recorder.bounds();
  const total = Math.max(0, last - first + 1);
  let scanned = 0;
  let messages = 0;
  let leftOut = 0;
  let bytes = 0;
  const walk = { where, judged, through: last, signal: both };
  const source = async function* (): AsyncGenerator<CapturedMessage, void, undefined> {
    for await (const message of recorded(recorder, walk)) {
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
