import fc from 'fast-check';
import { expect, it } from 'vitest';
import { previewOf } from './preview.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('shows plain text as it is', () => {
  expect(previewOf(bytes('{"status":"Available"}'))).toEqual({
    text: '{"status":"Available"}',
    cut: false,
  });
  expect(previewOf(new Uint8Array())).toEqual({ text: '', cut: false });
});

it('escapes what would change the line: control, bidi, invisible, line separators', () => {
  const { text } = previewOf(bytes('a\nb\tc\u0000\u001b[31m\u202eexe\u200b\u2028\ufeff'));
  expect(text).toBe('a\\nb\\tc\\u{0}\\u{1b}[31m\\u{202e}exe\\u{200b}\\u{2028}\\u{feff}');
});

it('cuts at 200 characters and says so, neither inside a pair nor inside an escape', () => {
  expect(previewOf(bytes('x'.repeat(200)))).toEqual({ text: 'x'.repeat(200), cut: false });
  expect(previewOf(bytes('x'.repeat(201)))).toEqual({ text: 'x'.repeat(200), cut: true });
  expect(previewOf(bytes(`${'x'.repeat(199)}😀`))).toEqual({ text: 'x'.repeat(199), cut: true });
  expect(previewOf(bytes(`${'x'.repeat(196)}\u202e`))).toEqual({
    text: 'x'.repeat(196),
    cut: true,
  });
});

it('marks bytes that are no UTF-8 instead of failing', () => {
  expect(previewOf(new Uint8Array([0x61, 0xff, 0x62]))).toEqual({ text: 'a\ufffdb', cut: false });
});

it('holds its promises for any bytes at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (payload) => {
      const { text, cut } = previewOf(payload);
      expect(text.length).toBeLessThanOrEqual(200);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      if (payload.length > 800) expect(cut).toBe(true);
    }),
  );
});
