import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { redactingLog, type Clock, type Log } from '#core/ports';

/** Five files of a megabyte hold some days, and are small enough to be sent. */
const SIZE_LIMIT = 1_048_576;
const FILES = 5;

type Limits = { size: number; files: number };

/**
 * A log of lines in `dir/{name}.log`; when it is full it becomes `{name}.1.log` and the oldest goes.
 * Everything is redacted on its way. Written at once, so that the last words before a crash are there;
 * a disk that is full or read-only costs the log and nothing else.
 */
export function createLogFile(
  dir: string,
  name: string,
  clock: Pick<Clock, 'now'>,
  limits: Limits = { size: SIZE_LIMIT, files: FILES },
): Log {
  const path = (n: number): string => join(dir, n === 0 ? `${name}.log` : `${name}.${n}.log`);
  let size: number | null = null;
  let hasWritten = false;

  /** The whole way at first. Later the folder above was moved or deleted, and is not made anew. */
  const makeFolder = (): void => {
    if (hasWritten && !existsSync(dirname(dir))) return;
    makeWithParents(dir);
  };
  const write = (line: string): void => {
    size ??= sizeOf(path(0));
    if (size > 0 && size + Buffer.byteLength(line) > limits.size) {
      rotate(path, limits.files);
      size = 0;
    }
    appendFileSync(path(0), line, { mode: 0o600 });
    hasWritten = true;
    size += Buffer.byteLength(line);
  };

  return redactingLog((level, message, detail) => {
    const at = new Date(clock.now()).toISOString();
    const rest = detail === undefined ? '' : ` ${JSON.stringify(detail)}`;
    // One line for each: what was told must not look like a line of its own.
    const line = `${at} ${level} ${message}${rest}`.replace(/[\r\n]+/g, ' ⏎ ');
    try {
      write(`${cut(line, limits.size - 1)}\n`);
    } catch {
      size = null;
      try {
        makeFolder();
        write(`${cut(line, limits.size - 1)}\n`);
      } catch {
        // Nobody is left to be told.
        size = null;
      }
    }
  });
}

/**
 * Not `recursive`: Node 24 never returns from it below a link to a disk that is not there, and the
 * whole application would stand still for want of a log.
 */
function makeWithParents(dir: string): void {
  if (existsSync(dir)) return;
  if (dirname(dir) !== dir) makeWithParents(dirname(dir));
  mkdirSync(dir);
}

function rotate(path: (n: number) => string, files: number): void {
  rmSync(path(files - 1), { force: true });
  for (let n = files - 2; n >= 0; n -= 1) {
    if (sizeOf(path(n)) > 0) renameSync(path(n), path(n + 1));
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function cut(line: string, bytes: number): string {
  if (Buffer.byteLength(line) <= bytes) return line;
  return `${Buffer.from(line)
    .subarray(0, bytes - 8)
    .toString('utf8')
    .replace(/\ufffd+$/, '')} …`;
}
