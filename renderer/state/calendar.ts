import type { CertificateView } from '#core/contract';
import { t } from '../i18n/index.ts';
import { monthName } from '../ui/format.ts';

/** One certificate on the calendar strip. Places are in percent of the strip's width. */
export type CalendarBar = {
  certificate: CertificateView;
  left: number;
  width: number;
  /** It began before, or ends after, what the strip shows. */
  cutStart: boolean;
  cutEnd: boolean;
};

export type Calendar = {
  from: number;
  to: number;
  months: number;
  today: number;
  ticks: { at: number; left: number; label: string; year: boolean }[];
  bars: CalendarBar[];
};

/** The lengths of strip that there are, in months; the shortest that shows every leaf's end is taken. */
const LENGTHS = [12, 15, 18, 24] as const;
/** More labels than this run into each other. */
const MOST_TICKS = 15;

/** From the month before this one; the CA and whatever outlives two years is cut at the edge. */
export function layoutCalendar(certificates: readonly CertificateView[], now: number): Calendar {
  const start = new Date(now);
  const monthAt = (index: number): number =>
    Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - 1 + index, 1);
  const from = monthAt(0);
  const leafEnds = certificates.filter(({ kind }) => kind !== 'ca').map((each) => each.notAfter);
  const latest = Math.max(from, ...leafEnds);
  const months = LENGTHS.find((length) => monthAt(length) > latest) ?? 24;
  const to = monthAt(months);
  const place = (at: number): number =>
    Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
  const step = Math.ceil(months / MOST_TICKS);
  const ticks = [];
  for (let index = 0; index < months; index += step) {
    const at = monthAt(index);
    const date = new Date(at);
    const year = date.getUTCMonth() < step || index === 0;
    const month = monthName(at);
    const label = year ? `${month} ’${date.getUTCFullYear().toString().slice(-2)}` : month;
    ticks.push({ at, left: place(at), label, year });
  }
  const bars = [...certificates].sort(inOrder).map((certificate): CalendarBar => {
    const left = place(certificate.notBefore);
    return {
      certificate,
      left,
      width: Math.max(0, place(certificate.notAfter) - left),
      cutStart: certificate.notBefore < from,
      cutEnd: certificate.notAfter > to,
    };
  });
  return { from, to, months, today: place(now), ticks, bars };
}

const KIND_ORDER = { ca: 0, server: 1, client: 2 } as const;

/** The CA first, then servers, then clients; within these by name, and the later end first. */
export function inOrder(a: CertificateView, b: CertificateView): number {
  return (
    KIND_ORDER[a.kind] - KIND_ORDER[b.kind] || a.cn.localeCompare(b.cn) || b.notAfter - a.notAfter
  );
}

const DAY_MS = 86_400_000;

/** Whole days until `at`; negative once it is past. */
export function daysUntil(at: number, now: number): number {
  return Math.floor((at - now) / DAY_MS);
}

/** `in 364 days`, `tomorrow`, `3 days ago`. */
export function inDays(at: number, now: number): string {
  const days = daysUntil(at, now);
  if (days < -1) return t('trust:when.ago', { count: -days });
  if (days === -1) return t('trust:when.yesterday');
  if (days === 0) return t('trust:when.within');
  return days === 1 ? t('trust:when.tomorrow') : t('trust:when.in', { count: days });
}
