import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../ui/format.ts';
import { FILE_LIMIT, judgeSize, readChosen, toBase64 } from './files.ts';

describe('judgeSize', () => {
  it('takes a mebibyte and refuses one byte more, by name', () => {
    judgeSize({ name: 'ca.pem', size: FILE_LIMIT });
    expect(() => {
      judgeSize({ name: 'disk.img', size: FILE_LIMIT + 1 });
    }).toThrow(/disk\.img/);
  });
});

describe('readChosen', () => {
  it('refuses a file that went away with a code', async () => {
    const file = {
      name: 'gone.pem',
      size: 3,
      arrayBuffer: () => Promise.reject(new Error('NotReadableError')),
    } as unknown as File;
    await expect(readChosen(file)).rejects.toMatchObject({
      refusal: { code: 'FILE_UNREADABLE' },
    });
  });
});

describe('toBase64', () => {
  it('gives every byte back, over several pieces', () => {
    const data = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
    expect(fromBase64(toBase64(data))).toEqual(data);
  });
});
