import { createTreeBuilder, NODES_LIMIT, type Tree, type TreeBuilder } from './tree.ts';

export type JsonReading =
  | { readonly kind: 'read'; readonly tree: Tree }
  /** `at`: characters from the beginning, where it stops being JSON. */
  | { readonly kind: 'malformed'; readonly at: number; readonly reason: string };

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
// RFC 8259 section 7: a quote ends, a backslash escapes, a control character may not appear.
// eslint-disable-next-line no-control-regex -- the control characters are what is looked for
const STRING_STOP = /["\\\u0000-\u001f]/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

/** Where in an object or array the reader stands. */
type Expect = 'value' | 'first name' | 'name' | 'first item' | 'behind';

/**
 * Reads RFC 8259 JSON for looking at, unlike the codec of #core/protocol, which reads it for
 * acting on: any depth without recursion, duplicate members kept, numbers as they are written.
 */
export function readJson(text: string, limit: number = NODES_LIMIT): JsonReading {
  const reader = new Reader(text, createTreeBuilder(limit));
  return reader.read();
}

class Malformed extends Error {}

class Reader {
  private at = 0;
  private readonly text: string;
  private readonly builder: TreeBuilder;
  /** Of the objects and arrays that are open: what closes them. */
  private readonly closers: ('}' | ']')[] = [];

  constructor(text: string, builder: TreeBuilder) {
    this.text = text;
    this.builder = builder;
  }

  read(): JsonReading {
    try {
      this.all();
      return { kind: 'read', tree: this.builder.tree() };
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return { kind: 'malformed', at: this.at, reason: error.message };
    }
  }

  private all(): void {
    let expect: Expect = 'value';
    while (!this.builder.isSpent) {
      this.match(SPACE);
      if (expect === 'behind') {
        const closer = this.closers.at(-1);
        if (closer === undefined) {
          if (this.at < this.text.length) throw this.malformed('the end');
          return;
        }
        if (this.take(',')) expect = closer === '}' ? 'name' : 'value';
        else this.close(closer, `"," or "${closer}"`);
      } else if (expect === 'first name' && this.text[this.at] === '}') {
        this.close('}', '"}"');
        expect = 'behind';
      } else if (expect === 'first item' && this.text[this.at] === ']') {
        this.close(']', '"]"');
        expect = 'behind';
      } else if (expect === 'first name' || expect === 'name') {
        this.name();
        expect = 'value';
      } else {
        expect = this.value();
      }
    }
  }

  private value(): Expect {
    const { at } = this;
    if (this.builder.isDeep) throw new Malformed('nested too deeply');
    switch (this.text[at]) {
      case '{':
        this.at += 1;
        this.closers.push('}');
        this.builder.open('object', at);
        return 'first name';
      case '[':
        this.at += 1;
        this.closers.push(']');
        this.builder.open('array', at);
        return 'first item';
      case '"':
        this.builder.leaf({ kind: 'string', text: this.string(), at });
        return 'behind';
      default: {
        const number = this.match(NUMBER);
        if (number !== '') {
          this.builder.leaf({ kind: 'number', text: number, at });
          return 'behind';
        }
        const word = this.match(WORD);
        if (word === '') throw this.malformed('a value');
        this.builder.leaf({ kind: word === 'null' ? 'null' : 'boolean', text: word, at });
        return 'behind';
      }
    }
  }

  private close(closer: '}' | ']', expected: string): void {
    if (!this.take(closer)) throw this.malformed(expected);
    this.closers.pop();
    this.builder.close();
  }

  private name(): void {
    if (this.text[this.at] !== '"') throw this.malformed('a member name');
    const name = this.string();
    this.match(SPACE);
    if (!this.take(':')) throw this.malformed('":"');
    this.builder.name(name);
  }

  private string(): string {
    const start = this.at;
    let escaped = false;
    this.at += 1;
    for (;;) {
      STRING_STOP.lastIndex = this.at;
      const stop = STRING_STOP.exec(this.text);
      this.at = stop?.index ?? this.text.length;
      if (stop?.[0] === '"') break;
      if (stop?.[0] !== '\\' || this.match(ESCAPE) === '') {
        throw this.malformed('the rest of a string');
      }
      escaped = true;
    }
    this.at += 1;
    return escaped
      ? (JSON.parse(this.text.slice(start, this.at)) as string)
      : this.text.slice(start + 1, this.at - 1);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const token = pattern.exec(this.text)?.[0] ?? '';
    this.at += token.length;
    return token;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private malformed(expected: string): Malformed {
    const found = this.text[this.at];
    const what = found === undefined ? 'the end' : JSON.stringify(found);
    return new Malformed(`expected ${expected}, found ${what}`);
  }
}
