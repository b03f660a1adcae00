import { describe, expect, it } from 'vitest';
import { fromBase64 } from '../ui/format.ts';
import { FILE_LIMIT, judgeSize, readChosen, readText, textFile, toBase64 } from './files.ts';

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

describe('readText', () => {
  const chosen = (data: BlobPart): File => new File([data], 'acl.conf');

  it('reads what textFile wrote', async () => {
    const { base64 } = textFile('acl.conf', 'user größer\n');
    const file = chosen(new Uint8Array(fromBase64(base64)));
    await expect(readText(file)).resolves.toBe('user größer\n');
  });

  it.each([
    ['an empty file', '', 'FILE_EMPTY'],
    ['a picture', '\u00ff\u00d8\u0000\u0010JFIF', 'FILE_NOT_TEXT'],
    ['UTF-16', 'u\0s\0e\0r\0', 'FILE_NOT_TEXT'],
  ])('refuses %s', async (_what, data, code) => {
    await expect(readText(chosen(data))).rejects.toMatchObject({ refusal: { code } });
  });
});

describe('toBase64', () => {
  it('gives every byte back, over several pieces', () => {
    const data = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
    expect(fromBase64(toBase64(data))).toEqual(data);
  });
});
