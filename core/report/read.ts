import { ProtocolError, parseStrictJson, type JsonObject } from '#core/protocol';

/** Bytes. A report of a thousand ECUs has some hundred thousand. */
export const REPORT_BYTES_LIMIT = 6_291_456;

/** Where the printable page carries what was signed. */
export const DATA_ID = 'ota-bench-report';
const DATA = new RegExp(`<template id="${DATA_ID}">([A-Za-z0-9+/=\\s]*)</template>`, 'g');
const BYTE_ORDER_MARK = '\uFEFF';

export type ReadReport = {
  readonly object: JsonObject;
  /** The text it stood in: of a page, what that carries. */
  readonly json: string;
  readonly page: boolean;
};

/**
 * The signed object in a report's JSON, or in the page that carries it. As strict as for a
 * message [P2], but for the size; line ends are white space and change nothing.
 *
 * @throws ProtocolError TOO_LARGE, INVALID_UTF8, MALFORMED_JSON, DUPLICATE_MEMBER, TOO_DEEP,
 *   LONE_SURROGATE, NUMBER_RANGE, NOT_AN_OBJECT
 */
export function readReport(text: string): ReadReport {
  if (Buffer.byteLength(text) > REPORT_BYTES_LIMIT) throw tooLarge();
  const page = /^[ \t\r\n]*<!doctype html/i.test(text);
  const json = page ? fromPage(text) : text;
  if (json.startsWith(BYTE_ORDER_MARK)) {
    throw refusal('MALFORMED_JSON', 'the report begins with a byte order mark');
  }
  const value = parseStrictJson(json);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw refusal('NOT_AN_OBJECT', 'the report is no JSON object');
  }
  return { object: value, json, page };
}

/** The bytes of a file as text. @throws ProtocolError TOO_LARGE, INVALID_UTF8 */
export function decodeReport(bytes: Uint8Array): string {
  if (bytes.byteLength > REPORT_BYTES_LIMIT) throw tooLarge();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw refusal('INVALID_UTF8', 'the report is not valid UTF-8', cause);
  }
}

function fromPage(text: string): string {
  const [found, ...more] = [...text.matchAll(DATA)];
  const base64 = found?.[1]?.replace(/\s/g, '');
  if (base64 === undefined || more.length > 0) {
    throw refusal('MALFORMED_JSON', 'the page carries no signed report, or more than one');
  }
  return decodeReport(Buffer.from(base64, 'base64'));
}

function tooLarge(): ProtocolError {
  const most = String(REPORT_BYTES_LIMIT);
  return refusal('TOO_LARGE', `a report has at most ${most} bytes`);
}

function refusal(
  code: 'TOO_LARGE' | 'INVALID_UTF8' | 'MALFORMED_JSON' | 'NOT_AN_OBJECT',
  reason: string,
  cause?: unknown,
): ProtocolError {
  return new ProtocolError(code, reason, {
    next: 'Choose the report as it was exported, and export it again if it was opened and saved.',
    ...(cause === undefined ? {} : { cause }),
  });
}
