import { expect, it } from 'vitest';
import { pastedFraction } from './pasted-number.ts';

it.each([
  ['10.9', 10.9],
  ['10,9', 10.9],
  [' -0,25 V ', -0.25],
  ['12', null],
  ['1.024,5', null],
  ['10.9.2', null],
  ['', null],
])('reads a pasted %j as %j, in either language', (text, number) => {
  expect(pastedFraction(text)).toBe(number);
});
