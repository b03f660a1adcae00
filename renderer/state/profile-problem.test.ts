import { expect, it } from 'vitest';
import { placeOf } from './profile-problem.ts';

it('finds line and column in a refused profile, also where its path has colons', () => {
  expect(placeOf('my-car.json:12:5 $.ecus[0].writeRate: too fast')).toEqual({
    line: 12,
    column: 5,
  });
  expect(placeOf('C:\\bench\\ecus\\my-car.json:3:1 $: it is no JSON')).toEqual({
    line: 3,
    column: 1,
  });
  expect(placeOf('the disk is full')).toBeNull();
});
