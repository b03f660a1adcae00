import { describe, expect, it } from 'vitest';
import { assertSignable, decodePayload } from '#core/protocol';

const refusing = (code: string, where: string): unknown =>
  expect.objectContaining({ code, reason: expect.stringContaining(where) as string });
const deep = (levels: number): Record<string, unknown> =>
  levels === 1 ? {} : { a: deep(levels - 1) };

describe('assertSignable', () => {
  it('[P1] accepts integers, text, lists and objects at any depth', () => {
    expect(() => {
      assertSignable({
        n: Number.MAX_SAFE_INTEGER,
        m: [-1, 0, [{ t: 'Brémse 🚗' }]],
        b: true,
        z: null,
        absent: undefined,
      });
    }).not.toThrow();
  });

  it.each([
    ['a fraction', { a: { b: [1, 1.5] } }, '"a.b[1]"'],
    ['beyond the safe range', { a: 2 ** 53 }, '"a"'],
    ['below the safe range', { a: -(2 ** 53) }, '"a"'],
    ['not a number', { a: NaN }, '"a"'],
    ['infinite', { a: Infinity }, '"a"'],
  ])('[P1] refuses %s and says where', (_what, object, where) => {
    expect(() => {
      assertSignable(object);
    }).toThrow(refusing('NON_INTEGER', where));
  });

  it('[P1] refuses an integer that a double cannot tell from its neighbour', () => {
    const object = decodePayload(Buffer.from('{"a":9007199254740993}'));
    expect(() => {
      assertSignable(object);
    }).toThrow(refusing('NON_INTEGER', '"a"'));
  });

  it.each([
    ['ü', { ü: 1 }],
    ['deep down', { a: [{ b: { '\u{1f697}': 1 } }] }],
    ['a control character', { 'a\u007f': 1 }],
  ])('[P1] refuses a member name beyond ASCII: %s', (_what, object) => {
    expect(() => {
      assertSignable(object);
    }).toThrow(refusing('NON_ASCII_NAME', 'member named'));
  });

  it('[P1] refuses half a surrogate pair', () => {
    expect(() => {
      assertSignable({ a: ['\udfff'] });
    }).toThrow(refusing('LONE_SURROGATE', '"a[0]"'));
  });

  it.each([
    ['a date', { a: new Date(0) }],
    ['a map', { a: new Map() }],
    ['bytes', { a: new Uint8Array(1) }],
    ['a function', { a: () => 1 }],
    ['a big integer', { a: 1n }],
    ['a hole', { a: [undefined] }],
    // eslint-disable-next-line no-sparse-arrays -- the hole is the point
    ['a sparse list', { a: [1, , 2] }],
  ])('[P1] refuses %s', (_what, object) => {
    expect(() => {
      assertSignable(object);
    }).toThrow(refusing('NOT_JSON', '"a'));
  });

  it('[P1] refuses the 65th level', () => {
    expect(() => {
      assertSignable(deep(64));
    }).not.toThrow();
    expect(() => {
      assertSignable(deep(65));
    }).toThrow(refusing('TOO_DEEP', '64'));
  });
});
