import { readJson } from '#core/payload';
import { CaptureError, type CaptureErrorCode } from './errors.ts';
import { Header, MessageLine } from './line-schema.ts';
import { linesOf, type Line } from './lines.ts';
import { FORMAT_VERSION } from './ndjson.ts';
import type { CapturedMessage } from './types.ts';

/** What was wrong with one line. Lines and columns are counted from 1, columns in characters. */
export type LineFault = {
  readonly line: number;
  readonly column: number;
  readonly code: CaptureErrorCode;
  readonly reason: string;
};

export type ImportReport = {
  readonly imported: number;
  /** Lines that were left out. */
  readonly bad: number;
  /** The first of them. */
  readonly faults: readonly LineFault[];
};

export interface CaptureImport {
  /** Read once. Ends early only with the signal, with NOT_A_CAPTURE or with UNSUPPORTED_VERSION. */
  readonly messages: AsyncIterable<CapturedMessage>;
  /** As far as it was read. */
  report(): ImportReport;
}

/** A payload of 32 MiB as base64, and its envelope. */
const LINE_LIMIT_BYTES = 48 * 1_048_576;
/** The rest is counted. */
const FAULTS_LIMIT = 100;

/**
 * Reads what exportNdjson wrote. A line that is cut off, malformed or not as described is left out
 * and named; all others are imported.
 *
 * @param source the bytes of a file, in pieces of any size
 */
export function importNdjson(
  source: AsyncIterable<Uint8Array>,
  options: { readonly lineLimitBytes?: number; readonly signal?: AbortSignal } = {},
): CaptureImport {
  let imported = 0;
  let bad = 0;
  const faults: LineFault[] = [];
  const leaveOut = (fault: LineFault): void => {
    bad += 1;
    if (faults.length < FAULTS_LIMIT) faults.push(fault);
  };

  async function* read(): AsyncGenerator<CapturedMessage, void, undefined> {
    const limit = options.lineLimitBytes ?? LINE_LIMIT_BYTES;
    let headed = false;
    for await (const line of linesOf(source, limit)) {
      options.signal?.throwIfAborted();
      if (!headed) {
        assertHeader(line);
        headed = true;
        continue;
      }
      const message = messageOf(line, limit);
      if ('line' in message) {
        leaveOut(message);
        continue;
      }
      imported += 1;
      yield message;
    }
    if (!headed) throw notACapture('the file is empty');
  }

  return { messages: read(), report: () => ({ imported, bad, faults: [...faults] }) };
}

function assertHeader(line: Line): void {
  if (line.kind === 'long' || line.kind === 'not utf-8') throw notACapture('line 1 is no text');
  const header = Header.safeParse(parse(line.text.replace(/^\uFEFF/, '')));
  if (!header.success) throw notACapture('line 1 is not the header of one');
  if (header.data.version <= FORMAT_VERSION) return;
  throw new CaptureError(
    'UNSUPPORTED_VERSION',
    `the file has version ${String(header.data.version)} of the format, this program reads ${String(FORMAT_VERSION)}`,
    { next: 'Open it with the version of OTA Bench that wrote it, or a later one.' },
  );
}

function notACapture(why: string): CaptureError {
  return new CaptureError('NOT_A_CAPTURE', `this is no exported traffic: ${why}`, {
    next: 'Choose a file that was exported as NDJSON.',
  });
}

function messageOf(line: Line, limit: number): CapturedMessage | LineFault {
  const fault = (code: CaptureErrorCode, column: number, reason: string): LineFault => ({
    line: line.number,
    column,
    code,
    reason,
  });
  if (line.kind === 'long') {
    return fault('LINE_TOO_LONG', limit + 1, `longer than ${String(limit)} bytes`);
  }
  if (line.kind === 'not utf-8') return fault('LINE_MALFORMED', 1, 'not valid UTF-8');
  const value = parse(line.text);
  if (value === undefined) {
    const json = readJson(line.text, 0);
    const at = json.kind === 'malformed' ? json : { at: 0, reason: 'not JSON' };
    // A last line without its end that is whole JSON all the same is taken.
    const code = line.kind === 'cut' ? 'LINE_CUT' : 'LINE_MALFORMED';
    return fault(code, at.at + 1, at.reason);
  }
  const result = MessageLine.safeParse(value);
  if (result.success) {
    const { payload, text, ...message } = result.data;
    return { ...message, payload: payload ?? new TextEncoder().encode(text ?? '') };
  }
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map(String);
  const reason = `${path.join('.')}${path.length > 0 ? ': ' : ''}${issue?.message ?? 'invalid'}`;
  return fault('LINE_INVALID', columnOf(line.text, path), reason);
}

/** Undefined for what is no JSON; `JSON.parse` never gives that. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Where the value begins that a path names, or the innermost one there is. */
function columnOf(text: string, path: readonly string[]): number {
  const json = readJson(text);
  if (json.kind === 'malformed') return json.at + 1;
  const { nodes } = json.tree;
  let found = nodes[0];
  let index = 0;
  for (const name of path) {
    const parent = nodes[index];
    let child = index + 1;
    while (parent && child < parent.end && String(nodes[child]?.name) !== name) {
      child = nodes[child]?.end ?? parent.end;
    }
    if (!parent || child >= parent.end) break;
    found = nodes[child];
    index = child;
  }
  return (found?.at ?? 0) + 1;
}
