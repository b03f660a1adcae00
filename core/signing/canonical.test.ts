import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '#core/signing';

describe('canonicalText', () => {
  it('[S1] is the text of RFC 8785 without signature and hmac', () => {
    expect(
      canonicalText({
        b: [3, { z: 1, a: '€$\u000f\nA\'B"\\\\"/' }],
        signature: 'x',
        a: null,
        hmac: 'y',
        A: true,
      }),
    ).toBe('{"A":true,"a":null,"b":[3,{"a":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","z":1}]}');
  });

  it('[S1] leaves out only its own signature, not those of objects inside', () => {
    expect(canonicalText({ manifest: { signature: 's', hmac: 'h' }, signature: 't' })).toBe(
      '{"manifest":{"hmac":"h","signature":"s"}}',
    );
  });

  it('[S1] keeps __proto__ as the member it is and drops what is undefined', () => {
    const object = JSON.parse('{"b":1,"__proto__":{"x":1}}') as Record<string, unknown>;
    expect(canonicalText({ ...object, gone: undefined })).toBe('{"__proto__":{"x":1},"b":1}');
  });

  it('[S1] does not depend on the order of members', () => {
    const name = fc.stringMatching(/^[ -~]{0,8}$/).filter((n) => n !== '__proto__');
    const leaf = fc.oneof(fc.maxSafeInteger(), fc.string(), fc.boolean(), fc.constant(null));
    const entries = fc.uniqueArray(fc.tuple(name, fc.oneof(leaf, fc.array(leaf))), {
      selector: ([n]) => n,
    });
    fc.assert(
      fc.property(entries, fc.infiniteStream(fc.nat()), (members, order) => {
        const shuffled = members
          .map((member) => ({ member, at: Number(order.next().value) }))
          .sort((a, b) => a.at - b.at)
          .map(({ member }) => member);
        expect(canonicalText({ in: Object.fromEntries(shuffled) })).toBe(
          canonicalText({ in: Object.fromEntries(members) }),
        );
      }),
    );
  });

  it('[P1] refuses content without one canonical form', () => {
    expect(() => canonicalText({ a: { b: 1.5 } })).toThrow(
      expect.objectContaining({ code: 'NON_INTEGER' }),
    );
  });
});
