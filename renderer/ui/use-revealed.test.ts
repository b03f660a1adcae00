import { expect, it } from 'vitest';
import { readWanted } from './use-revealed.ts';

it.each([true, false])(
  'shows a secret that comes late only where it is wanted still: %s',
  async (is) => {
    const answer = Promise.withResolvers<string>();
    const wish = { isWanted: true };
    const shown: string[] = [];
    const read = readWanted(
      wish,
      () => answer.promise,
      (value) => void shown.push(value),
    );
    wish.isWanted = is;
    answer.resolve('secret');
    await read;
    expect(shown).toEqual(is ? ['secret'] : []);
  },
);
