import { expect, it } from 'vitest';
import { endAll } from './end-all.ts';

it('takes every step in order whatever those before threw, and tells the first failure', async () => {
  const taken: string[] = [];
  const step = (name: string, fails: boolean) => async () => {
    taken.push(name);
    if (fails) throw new Error(`${name} failed`);
  };
  const steps = [step('1', false), step('2', true), step('3', true), step('4', false)];
  await expect(endAll(steps)).rejects.toThrow('2 failed');
  expect(taken).toEqual(['1', '2', '3', '4']);
});
