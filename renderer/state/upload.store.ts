import { create } from 'zustand';
import type { ArtifactView, RefusalView } from '#core/contract';
import type { Client } from '../connect.ts';
import { t } from '../i18n/index.ts';
import { useConnection } from './connection.store.ts';
import { NOT_CONNECTED, RefusedHere, refusalOf, toRefusal } from './refusal.ts';

export type Upload =
  | { kind: 'none' }
  | { kind: 'sending'; name: string; size: number; sent: number; startedAt: number }
  | { kind: 'stored'; artifact: ArtifactView }
  | { kind: 'cancelled'; name: string }
  | { kind: 'refused'; name: string; refusal: RefusalView };

type UploadStore = { upload: Upload };

/** Bytes in one `firmware.chunk`: the contract's largest, and a multiple of three for base64. */
export const CHUNK_BYTES = 1_048_575;

export const useUpload = create<UploadStore>()(() => ({ upload: { kind: 'none' } }));

const show = (upload: Upload): void => {
  useUpload.setState({ upload });
};

let sending = new AbortController();

/** Streams `file` into the bench's store. One upload at a time: a new one ends the one before. */
export async function uploadFirmware(file: File): Promise<void> {
  sending.abort();
  sending = new AbortController();
  const { signal } = sending;
  try {
    const artifact = await send(file, signal);
    if (!signal.aborted) show({ kind: 'stored', artifact });
  } catch (error) {
    if (!signal.aborted) show({ kind: 'refused', name: file.name, refusal: toRefusal(error) });
  }
}

/** Stops the upload; what was sent is discarded by the bench. */
export function cancelUpload(): void {
  const { upload } = useUpload.getState();
  if (upload.kind !== 'sending') return;
  sending.abort();
  show({ kind: 'cancelled', name: upload.name });
}

/** Takes an image that is in the store already. */
export function chooseStored(artifact: ArtifactView): void {
  sending.abort();
  show({ kind: 'stored', artifact });
}

export function forgetUpload(): void {
  sending.abort();
  show({ kind: 'none' });
}

async function send(file: File, signal: AbortSignal): Promise<ArtifactView> {
  const { state } = useConnection.getState();
  if (state.kind !== 'up') throw new RefusedHere(NOT_CONNECTED);
  const startedAt = Date.now();
  const tell = (sent: number): void =>
    show({ kind: 'sending', name: file.name, size: file.size, sent, startedAt });
  tell(0);
  return sendImage(state.client, file, signal, tell);
}

/** Streams one image into the bench's store; what was sent is discarded when it does not arrive whole. */
export async function sendImage(
  client: Client,
  file: File,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<ArtifactView> {
  const { uploadId } = await client.firmware.begin({ name: file.name, size: file.size });
  try {
    let next = chunkAt(file, 0);
    for (let offset = 0; offset < file.size; offset += CHUNK_BYTES) {
      const base64 = await next;
      // The next piece is read while this one is on its way.
      next = chunkAt(file, offset + CHUNK_BYTES);
      next.catch(ignoreUntilAwaited);
      signal.throwIfAborted();
      const { received } = await client.firmware.chunk({ uploadId, offset, base64 }, { signal });
      signal.throwIfAborted();
      onSent(received);
    }
    return await client.firmware.finish({ uploadId }, { signal });
  } catch (error) {
    await discard(client, uploadId);
    throw error;
  }
}

async function discard(client: Client, uploadId: string): Promise<void> {
  try {
    await client.firmware.abort({ uploadId });
  } catch {
    // The connection is gone as well; the bench discards unfinished uploads by itself.
  }
}

const chunkAt = (file: File, offset: number): Promise<string> =>
  readBase64(file.slice(offset, offset + CHUNK_BYTES), file.name);

/** A piece that could not be read is told when its turn comes. */
const ignoreUntilAwaited = (): void => undefined;

/** The browser's own base64, natively fast and off the main thread. */
function readBase64(slice: Blob, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => {
      reject(
        new RefusedHere(
          refusalOf(
            'FIRMWARE_UNREADABLE',
            () =>
              t('ui:refused.firmwareUnreadable.reason', { name, why: reader.error?.name ?? '?' }),
            () => t('ui:refused.firmwareUnreadable.next'),
          ),
        ),
      );
    };
    reader.readAsDataURL(slice);
  });
}
