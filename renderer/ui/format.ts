/* How values are written everywhere: short, in the order and with the marks of the language. */
import { locale, spokenLanguage } from '../i18n/index.ts';

/**
 * What a locale needs once: making these takes longer than a frame of a full list has, using them
 * about a microsecond.
 */
type Formats = {
  language: string;
  number: Intl.NumberFormat;
  percent: Intl.NumberFormat;
  volts: Intl.NumberFormat;
  dateTime: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  month: Intl.DateTimeFormat;
  list: Intl.ListFormat;
  /** `.` or `,` between whole and part. */
  point: string;
};

let made: Formats | null = null;

function formats(): Formats {
  const language = spokenLanguage();
  if (made?.language === language) return made;
  const tag = locale();
  const number = new Intl.NumberFormat(tag);
  // Local time is put in by the caller, see `wallClock`. The day has 24 hours on every screen.
  const clock = { timeZone: 'UTC', hourCycle: 'h23' } as const;
  made = {
    language,
    number,
    volts: new Intl.NumberFormat(tag, { minimumFractionDigits: 1, maximumFractionDigits: 2 }),
    percent: new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 }),
    dateTime: new Intl.DateTimeFormat(tag, { ...clock, dateStyle: 'medium', timeStyle: 'medium' }),
    day: new Intl.DateTimeFormat(tag, { ...clock, dateStyle: 'medium' }),
    month: new Intl.DateTimeFormat(tag, { month: 'short', timeZone: 'UTC' }),
    list: new Intl.ListFormat(tag, { type: 'conjunction' }),
    point: number.formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.',
  };
  return made;
}

/** 12,345,678 or 12.345.678. */
export function count(value: number): string {
  const whole = Math.trunc(value);
  // Most numbers of a list are short, and the same everywhere.
  return whole >= 0 && whole < 1_000 ? whole.toString() : formats().number.format(whole);
}

/** 45% or 45 %, of a hundred. */
export function percent(value: number): string {
  return formats().percent.format(value / 100);
}

/** 3.14 or 3,14, with exactly so many digits after the mark. */
export function decimal(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const { point } = formats();
  return point === '.' ? text : text.replace('.', point);
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return formats().list.format(items);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** 512 B, 1.5 KiB, 64 MiB: three significant digits at most below a thousand units. */
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const text = size.toFixed(digits).replace(/\.0+$|(\.\d)0$/, '$1');
  return `${text.replace('.', formats().point)} ${UNITS[unit] ?? 'B'}`;
}

const two = (value: number): string => value.toString().padStart(2, '0');

/** 12.6 V or 12,6 V: volts as a workshop reads them. */
export function volts(millivolts: number): string {
  return `${formats().volts.format(millivolts / 1_000)} V`;
}

/** 14:03:07.042 in local time: the same in every language, since it stands in columns. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const ms = date.getMilliseconds().toString().padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** What clocks here show at that moment, as if it were UTC: a kept format keeps its time zone too. */
function wallClock(at: number): number {
  return at - new Date(at).getTimezoneOffset() * 60_000;
}

/** Nov 22, 2026, 14:03:07 or 22.11.2026, 14:03:07 in local time. */
export function dateTime(at: number): string {
  return formats().dateTime.format(wallClock(at));
}

/** Nov 22, 2026 or 22.11.2026 in local time. */
export function day(at: number): string {
  return formats().day.format(wallClock(at));
}

/** Nov or Nov., of a moment in UTC. */
export function monthName(at: number): string {
  return formats().month.format(at);
}

/** 2026-11-22T14:03:07 in local time, as `datetime-local` fields want it. */
export function fieldDateTime(at: number): string {
  return new Date(wallClock(at)).toISOString().slice(0, 19);
}

/** 340 ms, 4.2 s, 3 min 07 s, 2 h 05 min: the signs of the units are international. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms)).toString()} ms`;
  if (ms < 10_000) return `${decimal(Math.floor(ms / 100) / 10, 1)} s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds.toString()} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes.toString()} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60).toString()} h ${two(minutes % 60)} min`;
}

/** The ends of a hash, enough to compare by eye: 9f86d081…0f00a08. */
export function shortHash(hash: string): string {
  return hash.length <= 18 ? hash : `${hash.slice(0, 8)}…${hash.slice(-7)}`;
}

/** Marks that make the text after them run the other way: what is shown would not be what is sent. */
const TURNS_TEXT = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const escaped = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON with two spaces, or null when the text is not JSON. */
export function prettyJson(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).replace(TURNS_TEXT, escaped);
  } catch {
    return null;
  }
}

/** Sixteen bytes a line: offset, hex, and ASCII with dots for the rest. */
export function hexDump(data: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < data.length; offset += 16) {
    const row = data.subarray(offset, offset + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0'));
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    const text = [...row].map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    );
    lines.push(`${offset.toString(16).padStart(8, '0')}  ${left}  ${right}  ${text.join('')}`);
  }
  return lines.join('\n');
}

export function fromBase64(base64: string): Uint8Array {
  const binary = atob(base64);
  const data = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) data[index] = binary.charCodeAt(index);
  return data;
}
