import { describe, expect, it } from 'vitest';
import { adviceFor, readVin } from './vin.ts';

describe('a VIN as it is typed or scanned', () => {
  it('loses what labels and scanners put around it', () => {
    for (const text of ['*1HGCM82633A004352*', ' 1hgcm 82633 a004352\r\n', 'I1HGCM82633A004352']) {
      expect(readVin(text)).toEqual({ kind: 'vin', vin: '1HGCM82633A004352', advice: [] });
    }
    expect(readVin(' \n')).toEqual({ kind: 'empty' });
  });

  it('means the vehicle that is there, whatever the case', () => {
    expect(readVin('vin1234567890', ['VIN1234567890'])).toMatchObject({ vin: 'VIN1234567890' });
    expect(readVin('bench_a', ['Bench_A'])).toMatchObject({ vin: 'Bench_A' });
  });

  it('is refused only where no topic could carry it', () => {
    expect(readVin('a/b')).toMatchObject({ kind: 'impossible', found: '/' });
    expect(readVin('VIN+#')).toMatchObject({ kind: 'impossible', found: '+ #' });
    expect(readVin('\u202eabc')).toMatchObject({ kind: 'impossible' });
    expect(readVin('x'.repeat(65))).toMatchObject({ kind: 'impossible' });
  });

  it('gets advice on length, on I, O and Q, and on its check digit', () => {
    expect(adviceFor('VIN123')).toEqual([
      { kind: 'length', characters: 6 },
      { kind: 'letters', found: 'I' },
    ]);
    expect(adviceFor('1HGCM82633AOO4352')).toEqual([{ kind: 'letters', found: 'O' }]);
    expect(adviceFor('1M8GDM9AXKP042788')).toEqual([]);
    expect(adviceFor('1M8GDM9A0KP042788')).toEqual([
      { kind: 'checkDigit', expected: 'X', found: '0' },
    ]);
  });
});
