import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describePayload,
  diffPayloads,
  hexRows,
  numericMembers,
  readJson,
  type Tree,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const ofTree = (json: string): Tree => {
  const reading = readJson(json);
  if (reading.kind !== 'read') throw new Error(reading.reason);
  return reading.tree;
};

describe('images', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
    'base64',
  );
  it.each([
    ['image/png', png, 1, 1],
    ['image/gif', Buffer.from('474946383961030002000000', 'hex'), 3, 2],
    ['image/jpeg', Buffer.from('ffd8ffe000040000ffc00011080102030401110000', 'hex'), 0x304, 0x102],
    [
      'image/webp',
      Buffer.from(
        `${hexOf('RIFF')}00000000${hexOf('WEBPVP8X')}0a00000000000000630000c70000`,
        'hex',
      ),
      100,
      200,
    ],
    ['image/png', png.subarray(0, 10), null, null],
    ['image/jpeg', Buffer.from('ffd8ffe0', 'hex'), null, null],
  ])('%s', (mime, payload, width, height) => {
    expect(describePayload(payload).views[0]).toEqual({ kind: 'image', mime, width, height });
  });

  it('never fail, however they are cut or changed', () => {
    const start = fc.constantFrom(
      'ffd8ff',
      '89504e470d0a1a0a',
      '474946383961',
      hexOf('RIFF0000WEBPVP8L'),
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 60 }), (magic, rest) => {
        const view = describePayload(Buffer.concat([Buffer.from(magic, 'hex'), rest])).views;
        expect(view.map(({ kind }) => kind)).toContain('image');
      }),
    );
  });
});

describe('hex rows', () => {
  it('give only what is asked for', () => {
    const payload = Uint8Array.from({ length: 2_097_152 }, (_, i) => i & 0xff);
    expect(hexRows(payload, 131_071, 10)).toEqual([
      {
        offset: 2_097_136,
        hex: 'f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff',
        ascii: '................',
      },
    ]);
    expect(hexRows(bytes('<b>\n'), 0, 10)).toEqual([
      { offset: 0, hex: '3c 62 3e 0a', ascii: '<b>.' },
    ]);
    expect(hexRows(payload, 200_000, 5)).toEqual([]);
  });
});

describe('numbers by path', () => {
  it('come in order, with escaped names, the last of duplicates', () => {
    const tree = ofTree('{"t":21.50,"a/b":[1,{"~":2}],"s":"3","x":1e999,"t":22}');
    expect(numericMembers(tree)).toEqual([
      { path: '/t', value: 22, text: '22' },
      { path: '/a~1b/0', value: 1, text: '1' },
      { path: '/a~1b/1/~0', value: 2, text: '2' },
    ]);
    expect(numericMembers(ofTree('7'))).toEqual([{ path: '', value: 7, text: '7' }]);
  });
});

describe('diff', () => {
  it('names what was added, removed and changed', () => {
    const before = bytes('{"same":[1,2],"gone":{"x":1},"n":1.0,"list":[1,2,3],"kind":"1","":0}');
    const after = bytes('{"same":[1,2],"n":1,"list":[1,5],"kind":1,"new":[],"":0}');
    expect(diffPayloads(before, after)).toEqual({
      kind: 'structure',
      cut: false,
      changes: [
        { kind: 'removed', path: '/gone', before: '{…} 1', after: null },
        { kind: 'added', path: '/new', before: null, after: '[…] 0' },
        { kind: 'changed', path: '/n', before: '1.0', after: '1' },
        { kind: 'removed', path: '/list/2', before: '3', after: null },
        { kind: 'changed', path: '/list/1', before: '2', after: '5' },
        { kind: 'changed', path: '/kind', before: '"1"', after: '1' },
      ],
    });
  });

  it('of the same content written otherwise has no changes', () => {
    const reordered = diffPayloads(bytes('{"a":1,"b":2}'), bytes('{ "b": 2, "a": 1 }'));
    expect(reordered).toEqual({ kind: 'structure', changes: [], cut: false });
  });

  it('tells duplicate members apart', () => {
    expect(diffPayloads(bytes('{"a":1,"a":2}'), bytes('{"a":1,"a":3}'))).toMatchObject({
      changes: [{ path: '/a', before: '2', after: '3' }],
    });
  });

  it('finds no change only where there is none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const result = diffPayloads(bytes(JSON.stringify(a)), bytes(JSON.stringify(b)));
        const none =
          result.kind === 'same' || (result.kind === 'structure' && result.changes.length === 0);
        expect(none).toBe(valuesEqual(a, b));
      }),
    );
  });

  it('of other bytes says where they differ', () => {
    expect(diffPayloads(bytes('hello world'), bytes('hello, my world'))).toEqual({
      kind: 'bytes',
      sizeBefore: 11,
      sizeAfter: 15,
      commonStart: 5,
      commonEnd: 6,
    });
  });

  it('stops at a thousand changes and says so', () => {
    const list = (value: number): Uint8Array => bytes(JSON.stringify(Array(5_000).fill(value)));
    const result = diffPayloads(list(1), list(2));
    expect(result).toMatchObject({ kind: 'structure', cut: true });
    expect(result.kind === 'structure' && result.changes).toHaveLength(1_000);
  });
});

function valuesEqual(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown): string =>
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.entries(item).sort(([x], [y]) => (x < y ? -1 : 1))
        : item,
    );
  return sorted(a) === sorted(b) && Array.isArray(a) === Array.isArray(b);
}

function hexOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex');
}
