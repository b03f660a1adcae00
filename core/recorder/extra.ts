import type { TrafficEvent } from './types.ts';

/** What few messages have: kept as JSON behind the payload. */
export type Extra = {
  readonly detail?: string;
  readonly code?: string;
  readonly aclLine?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
};

/** '' when there is nothing. Throws for properties that are no JSON, such as a loop. */
export function extraText({ detail, code, aclLine, properties }: TrafficEvent): string {
  if (
    detail === undefined &&
    code === undefined &&
    aclLine === undefined &&
    properties === undefined
  ) {
    return '';
  }
  return JSON.stringify({ detail, code, aclLine, properties: plain(properties) });
}

export function readExtra(bytes: Uint8Array): Extra {
  if (bytes.byteLength === 0) return {};
  // Written by extraText: it is parsed without being doubted.
  return JSON.parse(new TextDecoder().decode(bytes)) as Extra;
}

/** Bytes, such as MQTT 5 correlation data, as base64. Buffer's own toJSON would be a list of numbers. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** Every text in it that a search may find; names of members are not. */
export function extraStrings(bytes: Uint8Array): string[] {
  const { detail, code, properties } = readExtra(bytes);
  return stringsIn([detail, code, properties]);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return typeof value === 'object' && value !== null ? stringsIn(Object.values(value)) : [];
}
