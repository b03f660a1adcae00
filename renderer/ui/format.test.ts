import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setLanguage } from '../i18n/index.ts';
import {
  bytes,
  count,
  dateTime,
  day,
  decimal,
  duration,
  fieldDateTime,
  fromBase64,
  hexDump,
  listed,
  percent,
  prettyJson,
  shortHash,
} from './format.ts';

beforeAll(() => {
  vi.stubGlobal('navigator', { languages: ['en-US', 'de-DE'] });
});
afterEach(() => {
  setLanguage('en');
});

describe('in German', () => {
  it('has a comma where English has a point, and the other way round', () => {
    setLanguage('de');
    expect([count(1_234_567), bytes(1_600), duration(4_260)]).toEqual([
      '1.234.567',
      '1,56 KiB',
      '4,2 s',
    ]);
    expect([percent(45), decimal(1.25, 1), listed(['a', 'b', 'c'])]).toEqual([
      '45\u00a0%',
      '1,3',
      'a, b und c',
    ]);
    setLanguage('en');
    expect([count(1_234_567), percent(45), decimal(1.25, 1)]).toEqual(['1,234,567', '45%', '1.3']);
  });
});

describe('a moment', () => {
  const at = new Date(2026, 10, 22, 14, 3, 7).getTime();

  it('is written in the order of the language, with 24 hours', () => {
    expect([dateTime(at), day(at)]).toEqual(['Nov 22, 2026, 14:03:07', 'Nov 22, 2026']);
    setLanguage('de');
    expect([dateTime(at), day(at)]).toEqual(['22.11.2026, 14:03:07', '22.11.2026']);
  });

  it('is what a field of the browser takes', () => {
    expect(fieldDateTime(at)).toBe('2026-11-22T14:03:07');
  });

  it('follows the clock of this computer to another time zone', () => {
    const before = dateTime(at);
    const offset = vi.spyOn(Date.prototype, 'getTimezoneOffset');
    offset.mockReturnValue(new Date(at).getTimezoneOffset() - 120);
    expect(dateTime(at)).not.toBe(before);
    offset.mockRestore();
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1_023, '1023 B'],
    [1_024, '1 KiB'],
    [1_536, '1.5 KiB'],
    [1_600, '1.56 KiB'],
    [10_752, '10.5 KiB'],
    [104_857_600, '100 MiB'],
    [67_108_864, '64 MiB'],
    [4_294_967_296, '4 GiB'],
  ])('writes %i as %s', (value, text) => {
    expect(bytes(value)).toBe(text);
  });
});

describe('count', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
  ])('groups %i', (value, text) => {
    expect(count(value)).toBe(text);
  });
});

describe('duration', () => {
  it.each([
    [-5, '0 ms'],
    [340, '340 ms'],
    [999.7, '1000 ms'],
    [4_260, '4.2 s'],
    [59_999, '59 s'],
    [187_000, '3 min 07 s'],
    [7_500_000, '2 h 05 min'],
  ])('writes %d ms as %s', (value, text) => {
    expect(duration(value)).toBe(text);
  });
});

describe('shortHash', () => {
  it('keeps both ends, and short text whole', () => {
    expect(shortHash('0123456789abcdef0123456789abcdef')).toBe('01234567…9abcdef');
    expect(shortHash('abc')).toBe('abc');
  });
});

describe('prettyJson', () => {
  it('indents JSON and declines anything else', () => {
    expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(prettyJson('{"a":')).toBeNull();
  });
});

describe('hexDump', () => {
  it('writes sixteen bytes a line with their text', () => {
    const data = new Uint8Array([...new TextEncoder().encode('{"progress":100}'), 0, 0xff]);
    expect(hexDump(data)).toBe(
      [
        '00000000  7b 22 70 72 6f 67 72 65  73 73 22 3a 31 30 30 7d  {"progress":100}',
        `00000010  00 ff${' '.repeat(18)}  ${' '.repeat(23)}  ..`,
      ].join('\n'),
    );
  });
});

describe('fromBase64', () => {
  it('gives every byte back', () => {
    const data = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(fromBase64(Buffer.from(data).toString('base64'))).toEqual(data);
  });
});

describe('prettyJson and text that runs the other way', () => {
  it('shows such marks as escapes, so that what is seen is what is sent', () => {
    const shown = prettyJson(JSON.stringify({ version: '3\u202egnp' })) ?? '';
    expect(shown).toContain('"3\\u202egnp"');
    expect(JSON.parse(shown)).toEqual({ version: '3\u202egnp' });
  });
});
