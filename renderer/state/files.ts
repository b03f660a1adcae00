import type { SavedFile } from '#core/contract';
import { t } from '../i18n/index.ts';
import { bytes, fromBase64 } from '../ui/format.ts';
import { RefusedHere, refusalOf } from './refusal.ts';

/** Largest file that the bench takes on Trust, bytes. */
export const FILE_LIMIT = 1_048_576;
/** `String.fromCharCode` takes so many at once in every browser. */
const PIECE = 8_192;

export type ChosenFile = { name: string; base64: string };

/** @throws RefusedHere FILE_EMPTY, FILE_TOO_LARGE, before anything is read */
export function judgeSize(file: Pick<File, 'name' | 'size'>): void {
  if (file.size === 0) {
    throw new RefusedHere(
      refusalOf(
        'FILE_EMPTY',
        () => t('ui:refused.fileEmpty.reason', { name: file.name }),
        () => t('ui:refused.fileEmpty.next'),
      ),
    );
  }
  if (file.size <= FILE_LIMIT) return;
  throw new RefusedHere(
    refusalOf(
      'FILE_TOO_LARGE',
      () => t('ui:refused.fileTooLarge.reason', { name: file.name, size: bytes(file.size) }),
      () => t('ui:refused.fileTooLarge.next'),
    ),
  );
}

/** @throws RefusedHere FILE_EMPTY, FILE_TOO_LARGE, FILE_UNREADABLE */
export async function readChosen(file: File): Promise<ChosenFile> {
  judgeSize(file);
  return { name: file.name, base64: toBase64(await bytesOf(file)) };
}

/** @throws RefusedHere FILE_EMPTY, FILE_TOO_LARGE, FILE_UNREADABLE, FILE_NOT_TEXT */
export async function readText(file: File): Promise<string> {
  judgeSize(file);
  const data = await bytesOf(file);
  // Also what tells UTF-16 apart. Other encodings come through, with odd letters in their comments.
  if (data.includes(0)) {
    throw new RefusedHere(
      refusalOf(
        'FILE_NOT_TEXT',
        () => t('ui:refused.fileNotText.reason', { name: file.name }),
        () => t('ui:refused.fileNotText.next'),
      ),
    );
  }
  return new TextDecoder().decode(data);
}

export function textFile(name: string, text: string): SavedFile {
  return { name, mime: 'text/plain', base64: toBase64(new TextEncoder().encode(text)) };
}

async function bytesOf(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new RefusedHere(
      refusalOf(
        'FILE_UNREADABLE',
        () => t('ui:refused.fileUnreadable.reason', { name: file.name }),
        () => t('ui:refused.fileUnreadable.next'),
      ),
    );
  }
}

export function toBase64(data: Uint8Array): string {
  let binary = '';
  for (let offset = 0; offset < data.length; offset += PIECE) {
    binary += String.fromCharCode(...data.subarray(offset, offset + PIECE));
  }
  return btoa(binary);
}

/** Hands a file to the browser (or Electron), which asks where it goes. */
export function saveFile(file: SavedFile): void {
  const blob = new Blob([new Uint8Array(fromBase64(file.base64))], { type: file.mime });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  // The download holds the bytes itself once it has begun.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
