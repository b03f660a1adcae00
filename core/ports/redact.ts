import type { Log } from './log.ts';

/** Stands where a secret stood. */
const REDACTED = '[redacted]';

/** Deeper is cut: a log line is for reading, and a loop of objects must end. */
const DEPTH_LIMIT = 8;
/** Members of one object, or of one list. */
const WIDTH_LIMIT = 200;

/** Members that hold a secret by their name, whatever is in them. */
const SECRET_NAME =
  /pass(?:word|phrase|wd|code)?$|^pwd$|secret|token$|^(?:proxy-)?authorization$|cookie|credential|private[-_]?key|key[-_]?pem$|hmac[-_]?key|^pin$/i;
/** RFC 7518 section 6: what a JWK holds besides its public part. */
const JWK_SECRETS: ReadonlySet<string> = new Set(['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'oth']);

/** RFC 7468; also one whose end is missing, and one with `\n` spelt out. */
const PEM_KEY = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[^]*?(?:-----END \1-----|$)/g;
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@?#]*):[^\s/@?#]*@/gi;
const QUERY_SECRET = /([?&#;](?:[\w-]*(?:token|secret|password|passphrase))=)[^\s&#;"']+/gi;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9+/_.~-]{8,}=*/g;
const JSON_MEMBER = /"([^"\\]{1,60})"(\s*:\s*)"(?:[^"\\]|\\.)*"/g;

/**
 * The one place through which what is logged goes before it is written: passwords, passphrases,
 * tokens, private keys in PEM, private members of JWKs and raw bytes are taken out, however deep
 * in objects, lists, errors and their causes. It never throws.
 */
export function redactingLog(log: Log): Log {
  return (level, message, detail) => {
    if (detail === undefined) {
      log(level, redactText(message));
      return;
    }
    const clean = redact(detail);
    log(level, redactText(message), isRecord(clean) ? clean : { detail: clean });
  };
}

/** A copy fit for a log. Errors become plain objects with name, code, message, stack and cause. */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

/** Text in which the secrets are recognised by their form. */
export function redactText(text: string): string {
  const isJwk = text.includes('"kty"');
  return text
    .replace(PEM_KEY, (_, kind: string) => `[${kind.toLowerCase()} redacted]`)
    .replace(JSON_MEMBER, (whole, name: string, colon: string) =>
      SECRET_NAME.test(name) || (isJwk && JWK_SECRETS.has(name))
        ? `"${name}"${colon}"${REDACTED}"`
        : whole,
    )
    .replace(URL_PASSWORD, `$1:${REDACTED}@`)
    .replace(QUERY_SECRET, `$1${REDACTED}`)
    .replace(BEARER, `$1 ${REDACTED}`);
}

function copy(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  // JSON has no place for it, and a log line must not fail.
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function') return `[function ${value.name}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[again]';
  if (depth >= DEPTH_LIMIT) return '[deeper]';
  // Keys in DER, passwords of CONNECT and payloads all look alike.
  if (ArrayBuffer.isView(value)) return `[${String(value.byteLength)} bytes]`;
  if (value instanceof ArrayBuffer) return `[${String(value.byteLength)} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  const inside = new Set(above).add(value);
  const each = (item: unknown): unknown => copy(item, depth + 1, inside);
  if (Array.isArray(value)) return value.slice(0, WIDTH_LIMIT).map(each);
  if (value instanceof Set) return [...value].slice(0, WIDTH_LIMIT).map(each);
  if (value instanceof Map) {
    return members(
      [...(value as Map<unknown, unknown>)].map(([name, item]) => [String(name), () => item]),
      each,
    );
  }
  const read = (name: string) => (): unknown => (value as Record<string, unknown>)[name];
  const names = new Set(value instanceof Error ? ['name', 'message', 'stack', 'cause'] : []);
  for (const name of Object.keys(value)) names.add(name);
  const present = [...names].filter((name) => name in value);
  return members(
    present.map((name) => [name, read(name)]),
    each,
  );
}

function members(
  all: readonly (readonly [string, () => unknown])[],
  each: (item: unknown) => unknown,
): Record<string, unknown> {
  const isJwk = all.some(([name]) => name === 'kty');
  const clean: Record<string, unknown> = {};
  for (const [name, read] of all.slice(0, WIDTH_LIMIT)) {
    // A member called __proto__ must stay a member.
    Object.defineProperty(clean, name, {
      value: SECRET_NAME.test(name) || (isJwk && JWK_SECRETS.has(name)) ? hidden(read) : safe(read),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return clean;

  function safe(read: () => unknown): unknown {
    try {
      return each(read());
    } catch {
      return '[unreadable]';
    }
  }
  /** Whether there was one at all may be said. */
  function hidden(read: () => unknown): unknown {
    try {
      const item = read();
      return item === undefined || item === null || typeof item === 'boolean' ? item : REDACTED;
    } catch {
      return REDACTED;
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
