import { CaptureError } from './errors.ts';
import { chunked, textOf } from './ndjson.ts';
import type { CapturedMessage } from './types.ts';

export type CsvOptions = {
  /** Excel takes a file without it for the system's own encoding. */
  readonly byteOrderMark: boolean;
  /** Spreadsheets split at the semicolon where the comma is the decimal mark. Default comma. */
  readonly delimiter?: ',' | ';' | '\t';
};

const COLUMNS = [
  'at',
  'monotonic_us',
  'source',
  'direction',
  'client_id',
  'kind',
  'topic',
  'qos',
  'retain',
  'dup',
  'size',
  'payload_text',
  'payload_hex',
  'content_type',
  'user_properties',
  'detail',
  'code',
  'acl_line',
] as const;

/**
 * What makes a cell a formula in Excel, LibreOffice or Sheets: these first characters, their full
 * width forms, also behind white space.
 */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/**
 * CSV (RFC 4180: CRLF, quotes doubled), for spreadsheets; to read it back there is NDJSON.
 * Text cells are quoted. A cell which a spreadsheet would carry out as a formula gets an
 * apostrophe in front. Payloads that are no UTF-8 are in `payload_hex`, as `0x…`.
 *
 * @throws CaptureError DELIMITER_INVALID
 */
export function exportCsv(
  messages: AsyncIterable<CapturedMessage>,
  options: CsvOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const delimiter = options.delimiter ?? ',';
  if (![',', ';', '\t'].includes(delimiter)) {
    throw new CaptureError(
      'DELIMITER_INVALID',
      `${JSON.stringify(delimiter)} cannot separate cells`,
      { next: 'Choose comma, semicolon or tab.' },
    );
  }
  return chunked(rows(messages, options.byteOrderMark, delimiter));
}

async function* rows(
  messages: AsyncIterable<CapturedMessage>,
  byteOrderMark: boolean,
  delimiter: string,
): AsyncGenerator<string, void, undefined> {
  yield `${byteOrderMark ? '\uFEFF' : ''}${COLUMNS.join(delimiter)}\r\n`;
  for await (const message of messages) yield `${cells(message).join(delimiter)}\r\n`;
}

function cells(message: CapturedMessage): string[] {
  const { payload, properties } = message;
  const text = textOf(payload);
  return [
    new Date(message.at).toISOString(),
    String(message.mono),
    quoted(message.source),
    message.direction,
    quoted(message.clientId ?? ''),
    message.kind,
    quoted(message.topic),
    String(message.qos),
    String(message.retain),
    String(message.dup),
    String(payload.byteLength),
    quoted(text ?? ''),
    text === null ? `0x${Buffer.from(payload).toString('hex')}` : '',
    quoted(properties?.contentType ?? ''),
    quoted(properties?.user === undefined ? '' : JSON.stringify(properties.user)),
    quoted(message.detail ?? ''),
    quoted(message.code ?? ''),
    String(message.aclLine ?? ''),
  ];
}

function quoted(text: string): string {
  if (text === '') return '';
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
