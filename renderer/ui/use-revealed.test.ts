import { expect, it } from 'vitest';
import { readWanted } from './use-revealed.ts';

it.each([true, false])(
  'shows a secret that comes late only where it is wanted still: %s',
  async (is) => {
    const answer = Promise.withResolvers<string>();
    const wish = { isWanted: true, times: 1 };
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

it('reads a secret again that was replaced while it was read', async () => {
  const answers = ['old', 'new'];
  const wish = { isWanted: true, times: 1 };
  const shown: string[] = [];
  const read = readWanted(
    wish,
    async () => answers.shift(),
    (value) => void shown.push(value ?? 'none'),
  );
  wish.times += 1;
  await read;
  expect(shown).toEqual(['new']);
});
