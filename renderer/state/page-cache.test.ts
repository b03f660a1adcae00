import { describe, expect, it } from 'vitest';
import { createPageCache, type PageCache } from './page-cache.ts';

type Asked = { offset: number; answer: (rows: readonly number[]) => void; refuse: () => void };

function setUp(pagesKept = 3): { cache: PageCache<number>; asked: Asked[]; errors: unknown[] } {
  const asked: Asked[] = [];
  const errors: unknown[] = [];
  const cache = createPageCache<number>({
    pageRows: 10,
    pagesKept,
    onRows: () => undefined,
    onError: (error) => errors.push(error),
    fetch: (offset) =>
      new Promise((answer, reject) => {
        asked.push({ offset, answer, refuse: () => reject(new Error('refused')) });
      }),
  });
  return { cache, asked, errors };
}

const ten = (offset: number): number[] => Array.from({ length: 10 }, (_, i) => offset + i);

describe('a page cache', () => {
  it('fetches the pages that are looked at, once', async () => {
    const { cache, asked } = setUp();
    cache.want(5, 15);
    cache.want(5, 15);
    expect(asked.map(({ offset }) => offset)).toEqual([0, 10]);
    asked[0]!.answer(ten(0));
    asked[1]!.answer(ten(10));
    await expect.poll(() => [cache.at(5), cache.at(14), cache.at(20)]).toEqual([5, 14, undefined]);
  });

  it('asks for nothing that was only scrolled past', async () => {
    const { cache, asked } = setUp();
    for (let first = 0; first < 100_000; first += 500) cache.want(first, first + 20);
    expect(asked).toHaveLength(2);
    for (const each of asked.splice(0)) each.answer(ten(each.offset));
    await expect.poll(() => asked.map(({ offset }) => offset)).toEqual([99_500, 99_510]);
  });

  it('keeps no more pages than it may', async () => {
    const { cache, asked } = setUp(3);
    for (let first = 0; first < 200; first += 10) {
      cache.want(first, first + 10);
      await expect.poll(() => asked).toHaveLength(1);
      asked.splice(0)[0]!.answer(ten(first));
      await expect.poll(() => cache.at(first)).toBe(first);
    }
    expect(cache.pages).toBe(3);
  });

  it('throws away what comes for a list that is gone', async () => {
    const { cache, asked } = setUp();
    cache.want(0, 10);
    cache.clear();
    asked[0]!.answer(ten(0));
    await Promise.resolve();
    expect(cache.at(0)).toBeUndefined();
    cache.want(0, 10);
    expect(asked).toHaveLength(2);
  });

  it('tells of a refusal and asks again only when somebody scrolls', async () => {
    const { cache, asked, errors } = setUp();
    cache.want(0, 10);
    asked[0]!.refuse();
    await expect.poll(() => errors).toHaveLength(1);
    expect(asked).toHaveLength(1);
    cache.want(0, 10);
    expect(asked).toHaveLength(2);
  });
});
