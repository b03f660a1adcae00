import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviseVin, parseVin } from '#core/protocol';

describe('parseVin', () => {
  it.each(['VIN1234567890', '1M8GDM9AXKP042788', 'a', 'bench_7-b', 'x'.repeat(64)])(
    'takes %s as a vehicle',
    (vin) => {
      expect(parseVin(vin)).toBe(vin);
    },
  );

  it.each(['', 'x'.repeat(65), 'a b', 'a/b', '+', '#', '{VIN}', 'ü', 'a\n', '%u', '.'])(
    'refuses %j',
    (vin) => {
      expect(() => parseVin(vin)).toThrow(expect.objectContaining({ code: 'VIN_SYNTAX' }));
    },
  );
});

describe('adviseVin', () => {
  // The worked example of 49 CFR 565.15, a run of ones, and a published Honda VIN.
  it.each(['1M8GDM9AXKP042788', '11111111111111111', '1HGCM82633A004352'])(
    'ISO 3779: has nothing to say about %s',
    (vin) => {
      expect(adviseVin(vin)).toEqual([]);
    },
  );

  it('ISO 3779: names a wrong check digit and the right one', () => {
    const [advice, ...more] = adviseVin('1M8GDM9A1KP042788');
    expect(advice).toMatch(/would be X, found 1/);
    expect(more).toEqual([]);
  });

  it('ISO 3779: names length and foreign characters', () => {
    expect(adviseVin('VIN1234567890')).toEqual([
      expect.stringContaining('17 characters, this has 13'),
      expect.stringContaining('found I'),
    ]);
    expect(adviseVin('1M8GDM9AXKP04278o')).toEqual([expect.stringContaining('found o')]);
    expect(adviseVin('OOQQIIOOQQIIOOQQI')).toEqual([expect.stringContaining('found O Q I.')]);
  });

  it('ISO 3779: finds every single digit mistyped by one', () => {
    const position = fc.integer({ min: 10, max: 16 });
    fc.assert(
      fc.property(position, fc.integer({ min: 1, max: 9 }), (at, by) => {
        const vin = '1M8GDM9AXKP042788';
        const digit = vin.charAt(at);
        fc.pre(/\d/.test(digit));
        const typed = vin.slice(0, at) + String((Number(digit) + by) % 10) + vin.slice(at + 1);
        expect(adviseVin(typed)).toHaveLength(1);
      }),
    );
  });
});
