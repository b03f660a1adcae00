import { expect, it } from 'vitest';
import { judgeDropped } from './dropped.ts';

const file = (name: string): File => new File(['x'], name);
const item = (isDirectory: boolean, kind = 'file') => ({
  kind,
  webkitGetAsEntry: () => ({ isDirectory }) as FileSystemEntry,
});
const drop = (files: File[], items = files.map(() => item(false))) =>
  judgeDropped({ files, items });

it('takes one file, and tells a bundle by its name', () => {
  expect(drop([file('radio.bin')])).toMatchObject({ kind: 'firmware' });
  expect(drop([file('Frühjahr 3.OTABUNDLE')])).toMatchObject({ kind: 'bundle' });
  expect(drop([file('otabundle')])).toMatchObject({ kind: 'firmware' });
});

it.each([
  ['a folder', [file('folder')], [item(true)], 'DROP_FOLDER'],
  ['several files', [file('a'), file('b')], undefined, 'DROP_SEVERAL'],
  ['a program', [file('setup.EXE')], undefined, 'DROP_UNFIT'],
  ['a text or a link', [], [item(false, 'string')], 'DROP_NOTHING'],
] as const)('refuses %s by name and says what to do', (_, files, items, code) => {
  const { refusal } = drop([...files], items && [...items]) as {
    refusal: { code: string; reason: string; next: string };
  };
  expect(refusal.code).toBe(code);
  expect(refusal.reason.length).toBeGreaterThan(10);
  expect(refusal.next.length).toBeGreaterThan(10);
});
