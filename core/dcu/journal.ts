import { createHash } from 'node:crypto';
import { refuse } from './errors.ts';
import { replaceFile, type Files, type OpenFile } from './files.ts';
import { DcuEvent } from './events.ts';

/*
 * [D6] What happened to the DCU, one event on each line, on disk before its effects are taken.
 * A line is `<16 hex digits> <JSON>`: the digits begin the SHA-256 of the line before's digits
 * and this JSON, so that a line lost, altered or out of place shows. The last line may be torn
 * by a power cut; it then never happened.
 */

/** First link of the chain; also the format's name. */
const ORIGIN = 'ota-bench journal 1';
const LINK_DIGITS = 16;
/** Lines kept before the story so far is folded into one, at about 3 KB each. */
export const COMPACT_AFTER_LINES = 512;

export interface Journal {
  /** Everything that happened before this start, oldest first. */
  readonly past: readonly DcuEvent[];
  readonly lines: number;
  /** On disk when it resolves. */
  append(event: DcuEvent): Promise<void>;
  /** Replaces all lines by one that leads to the same state. */
  compact(event: DcuEvent): Promise<void>;
  close(): Promise<void>;
}

/** @throws DcuError JOURNAL_CORRUPT when anything but the last line is damaged */
export async function openJournal(files: Files, path: string): Promise<Journal> {
  const read = readLines((await files.read(path)) ?? new Uint8Array(), path);
  let file: OpenFile = await files.open(path, true);
  let { link, length } = read;
  let lines = read.events.length;
  try {
    // A torn end goes before anything is added behind it.
    await file.truncate(length);
    await file.sync();
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    past: read.events,
    get lines() {
      return lines;
    },
    append: async (event) => {
      const line = lineOf(link, event);
      await file.write(line.bytes, length);
      await file.sync();
      length += line.bytes.byteLength;
      link = line.link;
      lines += 1;
    },
    compact: async (event) => {
      const line = lineOf(ORIGIN, event);
      await file.close();
      await replaceFile(files, path, line.bytes);
      file = await files.open(path, false);
      length = line.bytes.byteLength;
      link = line.link;
      lines = 1;
    },
    close: () => file.close(),
  };
}

function lineOf(before: string, event: DcuEvent): { link: string; bytes: Uint8Array } {
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
): { events: DcuEvent[]; link: string; length: number } {
  const events: DcuEvent[] = [];
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

function readLine(before: string, text: string): DcuEvent | null {
  const json = text.slice(LINK_DIGITS + 1);
  if (linkOf(before, json) !== text.slice(0, LINK_DIGITS)) return null;
  return DcuEvent.parse(JSON.parse(json));
}
