import { ProtocolError, type ProtocolErrorCode } from './errors.ts';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [name: string]: JsonValue };

/** Deepest nesting accepted. Ours need five; a bound keeps a hostile message off the call stack. */
export const DEPTH_LIMIT = 64;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
// RFC 8259 section 7: a quote ends, a backslash escapes, a control character may not appear.
// eslint-disable-next-line no-control-regex -- the control characters are what is looked for
const STRING_STOP = /["\\\u0000-\u001f]/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Parses RFC 8259 JSON as `JSON.parse` does, and refuses besides what it lets through:
 * a member name given twice at any depth, nesting beyond DEPTH_LIMIT, unpaired surrogates
 * and numbers no double can hold. `__proto__` becomes a member like any other.
 *
 * @throws ProtocolError MALFORMED_JSON, DUPLICATE_MEMBER, TOO_DEEP, LONE_SURROGATE, NUMBER_RANGE
 */
export function parseStrictJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value('', 0);
  reader.end();
  return value;
}

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(path: string, depth: number): JsonValue {
    this.space();
    const next = this.text[this.at];
    if (next === '{' || next === '[') {
      if (depth >= DEPTH_LIMIT) {
        throw refusal('TOO_DEEP', `nested deeper than ${String(DEPTH_LIMIT)} levels`);
      }
      return next === '{' ? this.object(path, depth + 1) : this.array(path, depth + 1);
    }
    if (next === '"') return this.string(path);
    if (next === '-' || (next !== undefined && next >= '0' && next <= '9')) {
      return this.number(path);
    }
    return this.word();
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.malformed('nothing more');
  }

  private object(path: string, depth: number): JsonObject {
    const object: JsonObject = {};
    this.at += 1;
    this.space();
    if (this.take('}')) return object;
    do {
      this.space();
      if (this.text[this.at] !== '"') throw this.malformed('a member name');
      const name = this.string(path);
      const member = path === '' ? name : `${path}.${name}`;
      if (Object.hasOwn(object, name)) {
        throw refusal('DUPLICATE_MEMBER', `member ${JSON.stringify(member)} is given twice`);
      }
      this.space();
      if (!this.take(':')) throw this.malformed('":"');
      store(object, name, this.value(member, depth));
      this.space();
    } while (this.take(','));
    if (!this.take('}')) throw this.malformed('"," or "}"');
    return object;
  }

  private array(path: string, depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.at += 1;
    this.space();
    if (this.take(']')) return array;
    do {
      array.push(this.value(`${path}[${String(array.length)}]`, depth));
      this.space();
    } while (this.take(','));
    if (!this.take(']')) throw this.malformed('"," or "]"');
    return array;
  }

  private string(path: string): string {
    const start = this.at;
    let escaped = false;
    this.at += 1;
    for (;;) {
      STRING_STOP.lastIndex = this.at;
      const stop = STRING_STOP.exec(this.text);
      this.at = stop?.index ?? this.text.length;
      if (stop?.[0] === '"') break;
      if (stop?.[0] !== '\\' || this.match(ESCAPE) === undefined) {
        throw this.malformed('the rest of a string');
      }
      escaped = true;
    }
    this.at += 1;
    const value = escaped
      ? (JSON.parse(this.text.slice(start, this.at)) as string)
      : this.text.slice(start + 1, this.at - 1);
    // RFC 8785 section 3.2.2.2: such a string has no canonical form.
    if (!value.isWellFormed()) {
      throw refusal('LONE_SURROGATE', `half a surrogate pair in ${describe(path)}`);
    }
    return value;
  }

  private number(path: string): number {
    const token = this.match(NUMBER);
    if (token === undefined) throw this.malformed('a number');
    const value = Number(token);
    if (!Number.isFinite(value)) {
      throw refusal('NUMBER_RANGE', `${token.slice(0, 40)} in ${describe(path)} is too large`);
    }
    return value;
  }

  private word(): boolean | null {
    const token = this.match(WORD);
    if (token === undefined) throw this.malformed('a value');
    return token === 'null' ? null : token === 'true';
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.text)?.[0];
    if (token !== undefined) this.at += token.length;
    return token;
  }

  private space(): void {
    this.match(SPACE);
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private malformed(expected: string): ProtocolError {
    const found = this.text[this.at];
    const what = found === undefined ? 'the end' : JSON.stringify(found);
    return refusal(
      'MALFORMED_JSON',
      `expected ${expected} at character ${String(this.at)}, found ${what}`,
    );
  }
}

/** Assigning to `__proto__` would set the prototype; defining a property never does. */
function store(object: JsonObject, name: string, value: JsonValue): void {
  if (name !== '__proto__') {
    object[name] = value;
    return;
  }
  Object.defineProperty(object, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function describe(path: string): string {
  return path === '' ? 'the payload' : JSON.stringify(path);
}

const NEXT: Partial<Record<ProtocolErrorCode, string>> = {
  DUPLICATE_MEMBER: 'Send each member once; two readers could otherwise see different values.',
  TOO_DEEP: `Flatten the message to at most ${String(DEPTH_LIMIT)} levels.`,
  LONE_SURROGATE: 'Send whole characters; escape those beyond U+FFFF as a pair.',
  NUMBER_RANGE: 'Send a smaller number, or the value as a string.',
};

function refusal(code: ProtocolErrorCode, reason: string): ProtocolError {
  return new ProtocolError(code, reason, {
    next: NEXT[code] ?? 'Check the payload with a JSON validator and send it again.',
  });
}
