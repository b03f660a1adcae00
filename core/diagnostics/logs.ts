import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export type LogText = { name: string; text: string };

/** The end of each file is where the reason is; so much of it can be read and sent. */
const TAIL_BYTES = 262_144;
const FILES_LIMIT = 12;

/** The last part of every log in a folder; what cannot be read is left out. */
export async function readLogs(dir: string): Promise<LogText[]> {
  let names: string[];
  try {
    names = (await readdir(dir)).filter((name) => /^[\w.-]+\.log$/.test(name)).sort();
  } catch {
    return [];
  }
  const texts = await Promise.all(
    names
      .slice(0, FILES_LIMIT)
      .map(async (name) => ({ name, text: await tailOf(join(dir, name)) })),
  );
  return texts.filter(({ text }) => text !== '');
}

async function tailOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const from = Math.max(0, size - TAIL_BYTES);
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
      const text = bytes.subarray(0, bytesRead).toString('utf8');
      // Cut at a line, so that no half of a secret is left that its whole would have hidden.
      return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
