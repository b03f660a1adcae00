import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from './line-diff.ts';

const short = (before: string, after: string): string[] =>
  diffLines(before, after).map(
    ({ kind, text }) => ({ same: ' ', added: '+', removed: '-' })[kind] + text,
  );

describe('diffLines', () => {
  it('tells nothing of equal texts', () => {
    expect(short('a\nb\n', 'a\nb\n')).toEqual([' a', ' b']);
  });

  it('tells a changed line as the old one gone and the new one come', () => {
    expect(short('a\nb\nc\n', 'a\nB\nc\n')).toEqual([' a', '-b', '+B', ' c']);
  });

  it('finds an added line between equal ones', () => {
    expect(short('user a\ntopic x\n', 'user a\ntopic w\ntopic x\n')).toEqual([
      ' user a',
      '+topic w',
      ' topic x',
    ]);
  });

  it('reads an empty text as no line', () => {
    expect(short('', 'a\n')).toEqual(['+a']);
    expect(short('a', '')).toEqual(['-a']);
  });

  it('gives both texts back, whatever they are', () => {
    const line = fc.constantFrom('a', 'b', 'c', 'd', '');
    const text = fc.array(line, { maxLength: 20 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffLines(`${before.join('\n')}\n`, `${after.join('\n')}\n`);
        const side = (kind: 'added' | 'removed'): string[] =>
          diff.filter((each) => each.kind === 'same' || each.kind === kind).map(({ text: t }) => t);
        // No line at all and one empty line are written alike.
        const lines = (given: string[]): string[] => (given.length === 0 ? [''] : given);
        expect(side('removed')).toEqual(lines(before));
        expect(side('added')).toEqual(lines(after));
      }),
    );
  });

  it('stays quick on two large texts that share nothing', () => {
    const many = (word: string): string =>
      Array.from({ length: 20_000 }, (_, index) => `${word} ${index.toString()}`).join('\n');
    expect(diffLines(many('a'), many('b'))).toHaveLength(40_000);
  });

  it('finds single lines among thousands, at both ends', () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `topic read v/${index.toString()}`);
    const after = [
      ...lines.slice(0, 3),
      'first',
      ...lines.slice(3, 4_990),
      'last',
      ...lines.slice(4_990),
    ];
    const changed = diffLines(lines.join('\n'), after.join('\n')).filter(
      ({ kind }) => kind !== 'same',
    );
    expect(changed).toEqual([
      { kind: 'added', text: 'first' },
      { kind: 'added', text: 'last' },
    ]);
  });
});
