import { expect, it } from 'vitest';
import { line, plain } from './plain.ts';

it('what somebody else wrote moves no cursor and colours nothing', () => {
  expect(plain('a\u001b]0;title\u0007\nb')).toBe('a·]0;title·\nb');
});

it('nor breaks its line, nor turns or hides the text behind it', () => {
  expect(line('a\nb\u2028c\u202ed\u2066e\u200bf\u009bg é 😀')).toBe('a·b·c·d·e·f·g é 😀');
});
