import { createHash } from 'node:crypto';
import { refuse } from './errors.ts';
import { replaceFile, type Files, type OpenFile } from './files.ts';
import { Recorded } from './snapshot.ts';

/*
 * [D6] What happened to the DCU, one event on each line, on disk before its effects are taken.
 * A line is `<16 hex digits> <JSON>`: the digits begin the SHA-256 of the line before's digits
 * and this JSON, so that a line lost, altered or out of place shows. The last line may be torn
 * by a power cut; it then never happened.
 */

/** First link of the chain; also the format's name. */
const ORIGIN = 'ota-bench journal 1';
const LINK_DIGITS = 16;
/** Lines kept before the story so far is folded into one; most are below 3 KB. */
const LONG_LINES = 512;
/** A line may carry sixteen manifests: whichever comes first. */
const LONG_BYTES = 524_288;

export interface Journal {
  /** Everything that happened before this start, oldest first; let go with the first new line. */
  readonly past: readonly Recorded[];
  /** Long enough to be folded, beyond what the last folding left. */
  readonly isLong: boolean;
  /** On disk when it resolves. */
  append(event: Recorded): Promise<void>;
  /**
   * Replaces all lines by one that leads to the same state: killed at any byte of it, the old ones
   * or the new one are there. When it fails the journal goes on as it was.
   */
  compact(event: Recorded): Promise<void>;
  close(): Promise<void>;
}

/** @throws DcuError JOURNAL_CORRUPT when anything but the last line is damaged */
export async function openJournal(files: Files, path: string): Promise<Journal> {
  const read = readLines((await files.read(path)) ?? new Uint8Array(), path);
  let file: OpenFile = await files.open(path, true);
  let { link, length, events: past } = read;
  let lines = past.length;
  let folded = 0;
  try {
    // A torn end goes before anything is added behind it.
    await file.truncate(length);
    await file.sync();
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    get past() {
      return past;
    },
    get isLong() {
      return lines > LONG_LINES || length > Math.max(LONG_BYTES, 2 * folded);
    },
    append: async (event) => {
      past = [];
      const line = lineOf(link, event);
      await file.write(line.bytes, length);
      await file.sync();
      length += line.bytes.byteLength;
      link = line.link;
      lines += 1;
    },
    compact: async (event) => {
      const line = lineOf(ORIGIN, event);
      // Windows replaces no file that is open.
      await file.close();
      try {
        await replaceFile(files, path, line.bytes);
      } finally {
        file = await files.open(path, false);
      }
      past = [];
      length = line.bytes.byteLength;
      folded = length;
      link = line.link;
      lines = 1;
    },
    close: () => file.close(),
  };
}

function lineOf(before: string, event: Recorded): { link: string; bytes: Uint8Array } {
  const json = JSON.stringify(event);
  const link = linkOf(before, json);
  return { link, bytes: new Uint8Array(Buffer.from(`${link} ${json}\n`, 'utf8')) };
}

function linkOf(before: string, json: string): string {
  return createHash('sha256').update(`${before}\n${json}`).digest('hex').slice(0, LINK_DIGITS);
}

function readLines(
  bytes: Uint8Array,
  path: string,
): { events: Recorded[]; link: string; length: number } {
  const events: Recorded[] = [];
  let link = ORIGIN;
  let start = 0;
  while (start < bytes.byteLength) {
    const end = bytes.indexOf(0x0a, start);
    const text = Buffer.from(bytes.subarray(start, end < 0 ? bytes.byteLength : end)).toString();
    const event = end < 0 ? null : readLine(link, text);
    if (event === null) {
      // The last line alone may be torn; whole lines after it mean damage, not a power cut.
      if (end >= 0 && end + 1 < bytes.byteLength) {
        throw refuse(
          'JOURNAL_CORRUPT',
          `line ${events.length + 1} of ${path} is damaged and more follow it`,
        );
      }
      break;
    }
    events.push(event);
    link = text.slice(0, LINK_DIGITS);
    start = end + 1;
  }
  return { events, link, length: start };
}

function readLine(before: string, text: string): Recorded | null {
  const json = text.slice(LINK_DIGITS + 1);
  if (linkOf(before, json) !== text.slice(0, LINK_DIGITS)) return null;
  return Recorded.parse(JSON.parse(json));
}
