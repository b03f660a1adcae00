import { describe, expect, it } from 'vitest';
import type { CertificateView } from '#core/contract';
import { daysUntil, inDays, layoutCalendar } from './calendar.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const DAY = 86_400_000;

function aCertificate(change: Partial<CertificateView> = {}): CertificateView {
  return {
    fingerprint: '0'.repeat(64),
    kind: 'client',
    cn: 'backend',
    subject: 'CN=backend',
    issuer: 'CN=Bench CA',
    serial: '01',
    keyType: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    altNames: [],
    usages: [],
    notBefore: NOW - DAY,
    notAfter: NOW + 365 * DAY,
    state: 'valid',
    usedBy: [],
    hasKey: true,
    ...change,
  };
}

describe('layoutCalendar', () => {
  it('begins a month before this one and shows the end of a year-long certificate', () => {
    const calendar = layoutCalendar([aCertificate()], NOW);
    expect(new Date(calendar.from).toISOString()).toBe('2026-10-01T00:00:00.000Z');
    expect(calendar.months).toBe(15);
    const [bar] = calendar.bars;
    expect(bar).toMatchObject({ cutStart: false, cutEnd: false });
    expect(bar!.left + bar!.width).toBeLessThan(100);
    expect(bar!.left).toBeLessThan(calendar.today);
  });

  it('stays at a year where everything ends sooner', () => {
    expect(layoutCalendar([aCertificate({ notAfter: NOW + 10 * DAY })], NOW).months).toBe(12);
  });

  it('does not stretch for the CA, and marks its bar as cut', () => {
    const ca = aCertificate({ kind: 'ca', notAfter: NOW + 3_650 * DAY });
    const calendar = layoutCalendar([aCertificate({ notAfter: NOW + 30 * DAY }), ca], NOW);
    expect(calendar.months).toBe(12);
    expect(calendar.bars[0]).toMatchObject({ certificate: ca, cutEnd: true });
  });

  it('goes no further than two years, with labels that do not crowd', () => {
    const calendar = layoutCalendar([aCertificate({ notAfter: NOW + 3_000 * DAY })], NOW);
    expect(calendar.months).toBe(24);
    expect(calendar.bars[0]!.cutEnd).toBe(true);
    expect(calendar.ticks.length).toBeLessThanOrEqual(15);
  });

  it('draws what is long past as nothing at the left edge, and never outside', () => {
    const [bar] = layoutCalendar(
      [aCertificate({ notBefore: 0, notAfter: NOW - 300 * DAY })],
      NOW,
    ).bars;
    expect(bar).toMatchObject({ left: 0, width: 0, cutStart: true });
  });

  it('names the year at the first tick and at each January', () => {
    const labels = layoutCalendar([aCertificate()], NOW).ticks.map(({ label }) => label);
    expect(labels.slice(0, 4)).toEqual(['Oct ’26', 'Nov', 'Dec', 'Jan ’27']);
  });

  it('puts the CA first, then servers, then clients by name', () => {
    const cns = layoutCalendar(
      [
        aCertificate({ cn: 'b' }),
        aCertificate({ cn: 'a' }),
        aCertificate({ kind: 'server', cn: 's' }),
        aCertificate({ kind: 'ca', cn: 'z' }),
      ],
      NOW,
    ).bars.map(({ certificate }) => certificate.cn);
    expect(cns).toEqual(['z', 's', 'a', 'b']);
  });
});

describe('inDays', () => {
  it.each([
    [364.5, 'in 364 days'],
    [1.5, 'tomorrow'],
    [0.5, 'within a day'],
    [-0.5, 'yesterday'],
    [-3, '3 days ago'],
  ])('%d days from now is %s', (days, text) => {
    expect(inDays(NOW + days * DAY, NOW)).toBe(text);
  });

  it('counts whole days only', () => {
    expect(daysUntil(NOW + 29.9 * DAY, NOW)).toBe(29);
  });
});
