import type { Client } from '../connect.ts';
import { t } from '../i18n/index.ts';
import { fromBase64 } from '../ui/format.ts';
import { toBase64 } from './files.ts';
import { RefusedHere, refusalOf } from './refusal.ts';
import type { TrafficSelection } from '#core/contract';

/** Bytes of a file in one call; a multiple of three, so that no piece ends in padding. */
const PIECE_BYTES = 786_432;

export type CaptureForm = 'ndjson' | 'csv' | 'pcapng';
export type Progress = { readonly done: number; readonly total: number };
export type Exported = {
  readonly messages: number;
  readonly leftOut: number;
  readonly bytes: number;
};
export type Imported = Awaited<ReturnType<Client['capture']['import']['finish']>>;

/** Writes the capture, or what matches, into a file that the browser saves. */
export async function exportCapture(
  client: Client,
  form: CaptureForm,
  where: TrafficSelection | undefined,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Exported> {
  const asked = { form, ...(where === undefined ? {} : { where }) };
  const pieces: Blob[] = [];
  let [name, mime] = [`capture.${form}`, 'application/octet-stream'];
  for await (const event of await client.capture.export(asked, { signal })) {
    switch (event.kind) {
      case 'begin':
        ({ name, mime } = event);
        break;
      case 'chunk':
        // A blob of each piece: the browser may keep it outside of the page's memory.
        pieces.push(new Blob([new Uint8Array(fromBase64(event.base64))]));
        break;
      case 'progress':
        onProgress({ done: event.scanned, total: event.total });
        break;
      case 'end':
        save(new Blob(pieces, { type: mime }), name);
        return event;
    }
  }
  throw new RefusedHere(
    refusalOf(
      'EXPORT_UNFINISHED',
      () => t('ui:refused.exportUnfinished.reason'),
      () => t('ui:refused.exportUnfinished.next'),
    ),
  );
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download holds the bytes itself once it has begun.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}

/** Sends a file in pieces; what is good in it is recorded as it comes. */
export async function importCapture(
  client: Client,
  file: File,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Imported> {
  const { uploadId } = await client.capture.import.begin({ name: file.name });
  for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
    if (signal.aborted) return client.capture.import.abort({ uploadId });
    const piece = await file.slice(offset, offset + PIECE_BYTES).arrayBuffer();
    await client.capture.import.chunk({
      uploadId,
      offset,
      base64: toBase64(new Uint8Array(piece)),
    });
    onProgress({ done: Math.min(file.size, offset + PIECE_BYTES), total: file.size });
  }
  return client.capture.import.finish({ uploadId });
}
