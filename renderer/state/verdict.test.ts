import { describe, expect, it } from 'vitest';
import type { DoctorCell } from '#core/contract';
import { cellKey, flows, lineOf, matrixOf, verdictOf } from './verdict.ts';

function aCell(change: Partial<DoctorCell> = {}): DoctorCell {
  return {
    identity: 'backend',
    flow: 'status',
    access: 'read',
    topic: 'vehicle/updates/VIN1/status',
    needed: true,
    allowed: true,
    line: 1,
    lineText: 'topic read #',
    why: 'line 1 lets backend read it',
    ...change,
  };
}

describe('verdictOf', () => {
  it.each([
    [true, true, 'works'],
    [true, false, 'broken'],
    [false, true, 'wide'],
    [false, false, 'closed'],
  ] as const)('needed %s, allowed %s: %s', (needed, allowed, verdict) => {
    expect(verdictOf({ needed, allowed })).toBe(verdict);
  });
});

describe('matrixOf', () => {
  it('has a row for every flow and two columns for every identity, write first', () => {
    const read = aCell();
    const write = aCell({ access: 'write', needed: false, allowed: false });
    const other = aCell({ identity: 'VIN1', needed: true, allowed: false });
    const { identities, rows, counts } = matrixOf([read, write, other]);
    expect(identities).toEqual(['backend', 'VIN1']);
    expect(rows.map(({ flow }) => flow)).toEqual(flows);
    expect(rows.find(({ flow }) => flow === 'status')?.cells).toEqual([write, read, null, other]);
    expect(counts).toEqual({ works: 1, broken: 1, wide: 0, closed: 1 });
  });

  it('keeps an identity with blanks in its name apart', () => {
    expect(cellKey(aCell({ identity: 'a b' }))).not.toBe(cellKey(aCell({ identity: 'b' })));
  });
});

describe('lineOf', () => {
  it.each([
    [4, 'line 9 lets it', 4],
    [null, 'line 12 would allow it, but {VIN} is taken literally', 12],
    [null, 'no line lets dcu_user write it', null],
  ])('%j and %j: %j', (line, why, wanted) => {
    expect(lineOf({ line, why })).toBe(wanted);
  });
});
