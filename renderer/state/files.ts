import type { SavedFile } from '#core/contract';
import { bytes, fromBase64 } from '../ui/format.ts';
import { RefusedHere } from './refusal.ts';

/** Largest file that the bench takes on Trust, bytes. */
export const FILE_LIMIT = 1_048_576;
/** `String.fromCharCode` takes so many at once in every browser. */
const PIECE = 8_192;

export type ChosenFile = { name: string; base64: string };

/** @throws RefusedHere FILE_EMPTY, FILE_TOO_LARGE, before anything is read */
export function judgeSize(file: Pick<File, 'name' | 'size'>): void {
  if (file.size === 0) {
    throw new RefusedHere({
      code: 'FILE_EMPTY',
      reason: `${file.name} is empty`,
      next: 'Export or copy it again at its source. Nothing was sent.',
    });
  }
  if (file.size <= FILE_LIMIT) return;
  throw new RefusedHere({
    code: 'FILE_TOO_LARGE',
    reason: `${file.name} has ${bytes(file.size)}; certificates, keys and configuration files have at most 1 MiB`,
    next: 'Choose the file itself rather than an archive or a disk image. Nothing was sent.',
  });
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
    throw new RefusedHere({
      code: 'FILE_NOT_TEXT',
      reason: `${file.name} is not a text file`,
      next: 'Choose another file; a text in UTF-16 has to be saved as UTF-8 first. Nothing was changed.',
    });
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
    throw new RefusedHere({
      code: 'FILE_UNREADABLE',
      reason: `${file.name} cannot be read`,
      next: 'It was moved, changed or locked since it was chosen. Choose it again.',
    });
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
