import type { ReportTime } from '#core/contract';
import type { Zone } from './material.ts';

/** The first and the last moment that ISO 8601 can write with four digits for the year. */
const EARLIEST = 0;
const LATEST = Date.UTC(9_999, 11, 31);

/** A wall clock's moment as a report writes it; one out of all bounds is brought to its end. */
export function timeOf(at: number, zone: Zone): ReportTime {
  const whole = Number.isFinite(at) ? Math.trunc(at) : EARLIEST;
  const moment = Math.min(LATEST, Math.max(EARLIEST, whole));
  return { utc: new Date(moment).toISOString(), offsetMinutes: Math.round(zone.offsetAt(moment)) };
}

/** Of the computer this runs on. */
export const systemZone: Zone = {
  name: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  // JavaScript counts it from the other side; `|| 0` because -0 is no number a report may carry.
  offsetAt: (at) => -new Date(at).getTimezoneOffset() || 0,
};
