import { type SavedFile } from '#core/contract';
import { BenchError } from '../errors.ts';

/** What a person gets to save. The name holds nothing that a path could be made of. */
export function savedFile(name: string, mime: string, content: Uint8Array | string): SavedFile {
  return { name: safeName(name), mime, base64: Buffer.from(content).toString('base64') };
}

function safeName(name: string): string {
  return name.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
}

/** Base64 with padding and nothing else: what was sent wrong must not arrive as other bytes. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') === text) return bytes;
  throw new BenchError('BAD_INPUT', 'base64: not base64 with padding (RFC 4648 section 4)', {
    next: 'encode it again and send it once more',
  });
}
