import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, DEPTH_LIMIT, encodePayload, PAYLOAD_LIMIT } from '#core/protocol';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));
const decode = (text: string): unknown => decodePayload(bytes(text));
const refusing = (code: string): unknown => expect.objectContaining({ code });
const nested = (levels: number): string =>
  `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('decodePayload', () => {
  it('[P2] reads what a short script sends', () => {
    expect(decode('{"version": "3.0.1", "description": "Brems\\u00fcbung"}')).toEqual({
      version: '3.0.1',
      description: 'Bremsübung',
    });
  });

  it('[P2] accepts exactly 64 KiB and refuses one byte more', () => {
    const frame = '{"a":""}'.length;
    expect(() => decode(`{"a":"${'x'.repeat(PAYLOAD_LIMIT - frame)}"}`)).not.toThrow();
    expect(() => decode(`{"a":"${'x'.repeat(PAYLOAD_LIMIT - frame + 1)}"}`)).toThrow(
      refusing('TOO_LARGE'),
    );
  });

  it('[P2] looks at the size before anything else', () => {
    const garbage = new Uint8Array(PAYLOAD_LIMIT + 1).fill(0xff);
    expect(() => decodePayload(garbage)).toThrow(refusing('TOO_LARGE'));
  });

  it.each([
    ['a stray continuation byte', [0x7b, 0x22, 0x80, 0x22, 0x3a, 0x31, 0x7d]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut character', [0x22, 0xe2, 0x82]],
  ])('[P2] refuses invalid UTF-8: %s', (_what, raw) => {
    expect(() => decodePayload(new Uint8Array(raw))).toThrow(refusing('INVALID_UTF8'));
  });

  it('[P2] refuses a byte order mark', () => {
    expect(() => decode('\uFEFF{}')).toThrow(refusing('MALFORMED_JSON'));
  });

  it.each([
    ['at the top', '{"a":1,"a":2}', '"a"'],
    ['with the same value', '{"a":1,"a":1}', '"a"'],
    ['inside an object', '{"m":{"a":1,"b":2,"a":3}}', '"m.a"'],
    ['inside an array', '{"m":[{},{"a":1,"a":2}]}', '"m[1].a"'],
    ['one of them escaped', '{"a":1,"\\u0061":2}', '"a"'],
    ['called __proto__', '{"__proto__":1,"__proto__":2}', '"__proto__"'],
    ['called like a method', '{"toString":1,"toString":2}', '"toString"'],
  ])('[P2] refuses a member given twice %s', (_where, text, path) => {
    expect(() => decode(text)).toThrow(
      expect.objectContaining({
        code: 'DUPLICATE_MEMBER',
        reason: expect.stringContaining(path) as string,
      }),
    );
  });

  it('[P2] lets the same name stand in two objects', () => {
    expect(decode('{"a":{"a":1},"b":[{"a":2},{"a":3}]}')).toEqual({
      a: { a: 1 },
      b: [{ a: 2 }, { a: 3 }],
    });
  });

  it.each(['null', 'true', '7', '"text"', '[]', '[{}]'])('[P2] refuses %s: no object', (text) => {
    expect(() => decode(text)).toThrow(refusing('NOT_AN_OBJECT'));
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1}x',
    '{"a":1}{}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":-}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"open',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":tru}',
    '{"a":nulll}',
    '{"a":1}\u0000',
    '\u00a0{}',
    '// no\n{}',
  ])('[P2] refuses malformed JSON %j', (text) => {
    expect(() => decode(text)).toThrow(refusing('MALFORMED_JSON'));
  });

  it('[P2] accepts 64 levels and refuses the 65th, objects or arrays', () => {
    expect(() => decode(nested(DEPTH_LIMIT))).not.toThrow();
    expect(() => decode(nested(DEPTH_LIMIT + 1))).toThrow(refusing('TOO_DEEP'));
    expect(() => decode(`{"a":${'['.repeat(30_000)}`)).toThrow(refusing('TOO_DEEP'));
  });

  it.each(['{"a":"\\ud800"}', '{"\\udc00":1}', '{"a":["\\udc00\\ud800"]}'])(
    '[P2] refuses half a surrogate pair: %s',
    (text) => {
      expect(() => decode(text)).toThrow(refusing('LONE_SURROGATE'));
    },
  );

  it('[P2] refuses a number that would become Infinity', () => {
    expect(() => decode('{"a":1e999}')).toThrow(refusing('NUMBER_RANGE'));
    expect(() => decode('{"a":{"b":-1e999}}')).toThrow(refusing('NUMBER_RANGE'));
  });

  it('[P2] keeps __proto__ as a member and pollutes nothing', () => {
    const object = decodePayload(bytes('{"__proto__":{"polluted":true},"constructor":1}'));
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Buffer.from(encodePayload(object)).toString()).toBe(
      '{"__proto__":{"polluted":true},"constructor":1}',
    );
  });

  it('[P2] keeps numbers that an unsigned message may carry', () => {
    expect(decode('{"a":1.5,"b":9007199254740993,"c":-1e-3}')).toEqual({
      a: 1.5,
      b: 9007199254740992,
      c: -0.001,
    });
  });
});

describe('encodePayload', () => {
  it('writes compact JSON in insertion order', () => {
    expect(Buffer.from(encodePayload({ version: '3', description: 'x', a: [1, null] }))).toEqual(
      Buffer.from('{"version":"3","description":"x","a":[1,null]}'),
    );
  });

  it('[P2] refuses what no receiver would take', () => {
    expect(() => encodePayload({ a: 'x'.repeat(PAYLOAD_LIMIT) })).toThrow(refusing('TOO_LARGE'));
    expect(() => encodePayload({ a: '\ud800' })).toThrow(refusing('LONE_SURROGATE'));
    expect(() => encodePayload({ a: [Infinity] })).toThrow(refusing('NUMBER_RANGE'));
    expect(() => encodePayload(JSON.parse(nested(65)) as Record<string, unknown>)).toThrow(
      refusing('TOO_DEEP'),
    );
  });
});

const anyJson = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
    fc.integer(),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed()),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
}));

describe('codec properties', () => {
  it('[P2] decodes what it encoded', () => {
    fc.assert(
      fc.property(anyJson.object, (object) => {
        expect(decodePayload(encodePayload(object))).toEqual(object);
      }),
    );
  });

  it('[P2] agrees with JSON.parse on whatever it accepts, however it is spaced and escaped', () => {
    fc.assert(
      fc.property(anyJson.object, fc.constantFrom(0, 1, '\t', '\r\n'), (object, space) => {
        const text = JSON.stringify(object, null, space).replace(
          /[^ -~\s]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        expect(decode(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('[P2] never accepts what JSON.parse refuses, and fails with a code only', () => {
    const noise = fc.array(
      fc.constantFrom(...'{}[]:,"\\ \n01.e+-tfn'.split(''), 'true', 'null', '"a"', '\\u0041'),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(noise, (parts) => {
        const text = `{${parts.join('')}}`;
        let value: unknown;
        try {
          value = decode(text);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^[A-Z_0-9]+$/) as string });
          return;
        }
        expect(value).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
