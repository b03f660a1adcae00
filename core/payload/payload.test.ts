import { encode as encodeMsgpack, ExtData } from '@msgpack/msgpack';
import { encode as encodeCbor } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describePayload,
  diffPayloads,
  numericMembers,
  readJson,
  type PayloadView,
  type Tree,
  type TreeNode,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const kinds = (payload: Uint8Array, contentType?: string): string[] =>
  describePayload(payload, contentType === undefined ? {} : { contentType }).views.map(
    ({ kind }) => kind,
  );

function treeOf(payload: Uint8Array, kind: 'json' | 'cbor' | 'msgpack'): Tree {
  const { views } = describePayload(payload);
  const view = views.find((one) => one.kind === kind);
  return (view as Extract<PayloadView, { tree: Tree }>).tree;
}

/** What JSON.parse would have given, out of the list. */
function valueOf({ nodes }: Tree): unknown {
  const read = (at: number): unknown => {
    const node = nodes[at]!;
    const children: TreeNode[] = [];
    const values: unknown[] = [];
    for (let child = at + 1; child < node.end; child = nodes[child]!.end) {
      expect(nodes[child]!.depth).toBe(node.depth + 1);
      children.push(nodes[child]!);
      values.push(read(child));
    }
    expect(children).toHaveLength(node.size);
    if (node.kind === 'array') return values;
    if (node.kind === 'object') {
      return Object.fromEntries(children.map(({ name }, i) => [name, values[i]]));
    }
    if (node.kind === 'number') return Number(node.text);
    if (node.kind === 'boolean') return node.text === 'true';
    return node.kind === 'null' ? null : node.text;
  };
  return read(0);
}

const ofTree = (json: string): Tree => {
  const reading = readJson(json);
  if (reading.kind !== 'read') throw new Error(reading.reason);
  return reading.tree;
};

const DEEP = 10_000;

describe('JSON for looking at', () => {
  it('reads what JSON.parse reads, and refuses what it refuses', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((text) => text.slice(1)),
        ),
        (text) => {
          let expected: { value: unknown } | null;
          try {
            expected = { value: JSON.parse(text) as unknown };
          } catch {
            expected = null;
          }
          const reading = readJson(text);
          if (reading.kind === 'malformed') {
            expect(expected).toBeNull();
            expect(reading.at).toBeLessThanOrEqual(text.length);
          } else {
            expect({ value: valueOf(reading.tree) }).toEqual(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['[1', 2],
    ['{"a":01}', 6],
    ['nul', 0],
    ['"a\nb"', 2],
    ['', 0],
    ['1 2', 2],
    ['[}', 1],
  ])('says where %j stops being JSON', (text, at) => {
    expect(readJson(text)).toMatchObject({ kind: 'malformed', at });
  });

  it('keeps huge numbers as they are written', () => {
    const numbers = [
      '123456789012345678901234567890',
      '1.00',
      '-0',
      '1e400',
      '0.1000000000000000055',
    ];
    const { nodes } = ofTree(`[${numbers.join(',')}]`);
    expect(nodes.slice(1).map(({ text }) => text)).toEqual(numbers);
  });

  it('shows duplicate members, each with its value', () => {
    const { nodes } = ofTree('{"a":1,"b":2,"a":3,"__proto__":4}');
    expect(nodes.slice(1).map(({ name, text, duplicate }) => [name, text, duplicate])).toEqual([
      ['a', '1', false],
      ['b', '2', false],
      ['a', '3', true],
      ['__proto__', '4', false],
    ]);
  });

  it.each([
    ['arrays', '['.repeat(DEEP) + ']'.repeat(DEEP)],
    ['objects', '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)],
  ])('takes 10,000 levels of %s without exhausting the call stack', (_, text) => {
    const { nodes } = ofTree(text);
    expect(nodes.at(-1)!.depth).toBeGreaterThanOrEqual(DEEP - 1);
    expect(kinds(bytes(text))[0]).toBe('json');
    const other = diffPayloads(bytes(text), bytes(text.replace('1', '2').replace('[]', '[7]')));
    expect(other).toMatchObject({ kind: 'structure', changes: [{}] });
    expect(numericMembers(ofTree(text))).toEqual([]);
  });

  it('stops at the asked number of nodes, says so, and checks the rest all the same', () => {
    const reading = readJson(`[${'1,'.repeat(500)}1]`, 100);
    expect(reading).toMatchObject({ kind: 'read', tree: { cut: true } });
    expect(reading.kind === 'read' && reading.tree.nodes).toHaveLength(100);
    expect(reading.kind === 'read' && reading.tree.nodes[0]!.size).toBe(501);
    expect(readJson(`[${'1,'.repeat(500)}]`, 100).kind).toBe('malformed');
  });
});

const anyTree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

describe('CBOR and MessagePack', () => {
  it('show what was packed', () => {
    fc.assert(
      fc.property(anyTree, (value) => {
        expect(valueOf(treeOf(encodeCbor(value), 'cbor'))).toEqual(value);
        expect(valueOf(treeOf(encodeMsgpack(value), 'msgpack'))).toEqual(value);
      }),
    );
  });

  it('keep 64-bit integers, bytes, tags and extensions exact', () => {
    const big = 2n ** 63n + 1n;
    const hex = `841b80000000000000014201fff7d82068${hexOf('http://x')}`;
    const cbor = treeOf(Buffer.from(hex, 'hex'), 'cbor').nodes;
    expect(cbor.slice(1).map(({ kind, text }) => [kind, text])).toEqual([
      ['number', '9223372036854775809'],
      ['bytes', '01ff'],
      ['undefined', 'undefined'],
      ['tag', '32'],
      ['string', 'http://x'],
    ]);
    const packed = encodeMsgpack([big, new Uint8Array([1]), new ExtData(5, new Uint8Array([9]))], {
      useBigInt64: true,
    });
    expect(
      treeOf(packed, 'msgpack')
        .nodes.slice(1)
        .map(({ kind, text }) => [kind, text]),
    ).toEqual([
      ['number', '9223372036854775809'],
      ['bytes', '01'],
      ['extension', '5: 09'],
    ]);
    const time = encodeMsgpack([new Date(1_000)]);
    expect(treeOf(time, 'msgpack').nodes[1]).toMatchObject({
      kind: 'extension',
      text: '-1: 00000001',
    });
  });

  it('take indefinite lengths, and duplicate keys of CBOR', () => {
    const { nodes } = treeOf(Buffer.from('bf61619f01ff616102ff', 'hex'), 'cbor');
    expect(nodes.map(({ name, kind, text, duplicate }) => [name, kind, text, duplicate])).toEqual([
      [null, 'object', '', false],
      ['a', 'array', '', false],
      [0, 'number', '1', false],
      ['a', 'number', '2', true],
    ]);
  });

  it('take 10,000 levels without exhausting the call stack', () => {
    const cbor = Buffer.concat([Buffer.alloc(DEEP, 0x81), Buffer.from([0xf6])]);
    expect(treeOf(cbor, 'cbor').nodes).toHaveLength(DEEP + 1);
    const msgpack = Buffer.concat([Buffer.alloc(DEEP, 0x91), Buffer.from([0xc0])]);
    expect(treeOf(msgpack, 'msgpack').nodes).toHaveLength(DEEP + 1);
  });

  it('read nothing that is nested to exhaust its reader, and stop where enough is seen', () => {
    const levels = 200_000;
    const nested = (open: number, ...end: number[]): Buffer =>
      Buffer.concat([Buffer.alloc(levels, open), Buffer.from(end)]);
    expect(kinds(nested(0x81, 0xf6))).toEqual(['hex']);
    expect(kinds(nested(0x91, 0xc0))).toEqual(['hex']);
    expect(kinds(Buffer.from('['.repeat(levels) + ']'.repeat(levels)))).toEqual(['text', 'hex']);
    const wide = Buffer.from(`[${'0,'.repeat(1_000_000)}0]`);
    const { views } = describePayload(wide, { nodes: 100 });
    expect(views[0]).toMatchObject({ kind: 'json', tree: { cut: true } });
    expect(views[0]?.kind === 'json' && views[0].tree.nodes).toHaveLength(100);
  });

  it('keep duplicate keys of MessagePack in their order, whatever they are', () => {
    const { nodes } = treeOf(Buffer.from('83a16101002aa1619102', 'hex'), 'msgpack');
    expect(nodes.map(({ name, text, duplicate }) => [name, text, duplicate])).toEqual([
      [null, '', false],
      ['a', '1', false],
      ['0', '42', false],
      ['a', '', true],
      [0, '2', false],
    ]);
  });

  it.each(['9b0fffffffffffffff', 'ddffffffff', 'bb00ffffffffffff', 'dfffffffff', '5affffffff'])(
    'believe no length that the bytes do not have: %s',
    (hex) => {
      expect(kinds(Buffer.from(hex, 'hex'))).toEqual(['hex']);
    },
  );

  it('never fail on any bytes, and hex is always there', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (payload) => {
        expect(kinds(payload).at(-1)).toBe('hex');
        expect(diffPayloads(payload, payload)).toEqual({ kind: 'same' });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('which reading comes first', () => {
  it.each([
    ['{"a":1}', 'json'],
    ['plain words', 'text'],
    ['', 'text'],
    ['<script>alert(1)</script>', 'text'],
    ['{"a":', 'text'],
  ])('%j is %s', (text, kind) => {
    expect(kinds(bytes(text))[0]).toBe(kind);
  });

  it('packed maps, binary and broken UTF-8', () => {
    expect(kinds(encodeCbor({ speed: 3, unit: 'km/h' }))[0]).toBe('cbor');
    expect(kinds(encodeMsgpack({ speed: 3, unit: 'km/h' }))[0]).toBe('msgpack');
    expect(kinds(new Uint8Array([0xc3, 0x28, 0xff]))).toEqual(['hex']);
  });

  it('is what the content type says, where that is one of them', () => {
    const both = new Uint8Array([0x31]);
    expect(kinds(both)[0]).toBe('json');
    expect(kinds(both, 'application/cbor')[0]).toBe('cbor');
    expect(kinds(both, 'text/plain; charset=utf-8')[0]).toBe('text');
    expect(kinds(both, 'image/png')[0]).toBe('json');
  });
});

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}
