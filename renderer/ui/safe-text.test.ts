import { describe, expect, it } from 'vitest';
import { shownLine, shownText } from './safe-text.ts';

describe('a line of text from the wire', () => {
  it.each([
    ['plain/topic', 'plain/topic'],
    ['bell\u0007', 'bell\\u0007'],
    ['two\nlines\r\n', 'two\\nlines\\r\\n'],
    ['c1\u0085', 'c1\\u0085'],
    ['\u202egpj.exe', '\\u202egpj.exe'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['half\ud83d', 'half\\ud83d'],
    ['whole 😀', 'whole 😀'],
    ['עברית/العربية', 'עברית/العربية'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('%j is shown as %j', (text, wanted) => {
    expect(shownLine(text)).toBe(wanted);
  });

  it('is cut where it is longer than anybody reads', () => {
    expect(shownLine('a'.repeat(65_535), 10)).toBe('aaaaaaaaaa…');
  });
});

it('keeps line ends and tabs where there are several lines', () => {
  expect(shownText('a\n\tb\u0000')).toBe('a\n\tb\\u0000');
});
