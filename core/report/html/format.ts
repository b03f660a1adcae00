import type { ReportTime } from '#core/contract';
import type { ReportLanguage } from '../sentence.ts';

const LOCALES = { en: 'en-GB', de: 'de-DE' } as const satisfies Record<ReportLanguage, string>;
const MINUTE_MS = 60_000;

export type Format = {
  /** As the clock on the wall had it, with its distance from UTC. */
  time(time: ReportTime | null): string;
  number(value: number): string;
  bytes(value: number): string;
  volts(millivolts: number): string;
};

/** Numbers and times as the language writes them. */
export function formatFor(language: ReportLanguage): Format {
  const locale = LOCALES[language];
  const clock = new Intl.DateTimeFormat(locale, {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
    // The offset is added beforehand.
    timeZone: 'UTC',
  });
  const number = new Intl.NumberFormat(locale);
  const volts = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 });
  return {
    time: (time) => {
      if (time === null) return '–';
      const local = Date.parse(time.utc) + time.offsetMinutes * MINUTE_MS;
      return `${clock.format(local)} ${offsetText(time.offsetMinutes)}`;
    },
    number: (value) => number.format(value),
    bytes: (value) => `${number.format(value)} Bytes`,
    volts: (millivolts) => `${volts.format(millivolts / 1_000)} V`,
  };
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const whole = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}
