import { expect, it } from 'vitest';
import { parseLink } from './deep-link.ts';

it.each([
  ['otabench://vehicle/VIN1234567890', { kind: 'vehicle', vin: 'VIN1234567890' }],
  ['OTABENCH://Vehicle/bench_1-a', { kind: 'vehicle', vin: 'bench_1-a' }],
  [
    'otabench://update/019a0000-0000-7000-8000-000000000001/',
    { kind: 'update', updateId: '019a0000-0000-7000-8000-000000000001' },
  ],
  ['otabench://screen/traffic', { kind: 'screen', screen: 'traffic' }],
  ['otabench://help/CERT_EXPIRED', { kind: 'help', code: 'CERT_EXPIRED' }],
])('reads %s', (link, place) => {
  expect(parseLink(link)).toEqual(place);
});

it.each([
  'otabench://',
  'otabench:vehicle/V1',
  'otabench://vehicle/',
  'otabench://vehicle/V1/rollback',
  'otabench://vehicle/V1?run=1',
  'otabench://vehicle/V1#x',
  'otabench://vehicle/../settings',
  'otabench://vehicle/%2e%2e',
  'otabench://vehicle/a+b',
  `otabench://vehicle/${'V'.repeat(65)}`,
  'otabench://screen/Traffic/../x',
  'otabench://screen/constructor-',
  'otabench://help/cert_expired',
  'otabench://install/V1',
  'otabench://__proto__/x',
  'otabench://user:pass@vehicle/V1',
  'https://vehicle/V1',
  'javascript:alert(1)',
  ' otabench://vehicle/V1',
  'otabench://vehicle/V1\n--flag',
  `otabench://vehicle/V1${' '.repeat(5_000)}`,
  '',
])('refuses %j', (link) => {
  expect(() => parseLink(link)).toThrow(expect.objectContaining({ code: 'LINK_INVALID' }));
});

it('shows a refused link short and without marks that turn the line round', () => {
  const hostile = `otabench://x/\u202e${'y'.repeat(300)}`;
  expect(() => parseLink(hostile)).toThrow(/^“otabench:\/\/x\/·y{66}…” is not/);
});
