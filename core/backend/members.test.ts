import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEnded, type UpdateState } from './machine.ts';
import { after, anUpdate, progress, WHOLE, type Said } from './machine.testing.ts';

describe('[D8] an update of several ECUs', () => {
  const members = ['gateway', 'brake'].map((ecuId) => ({
    ...{ ecuId, version: '2.0', stage: 'queued' as const, progress: 0 },
  }));
  const group = anUpdate({ ecuId: '', members, releases: ['r1', 'r2'] });
  const of = (ecuId: string, said: Said): Said => ({ ...said, ecuId }) as Said;
  const stagesOf = ({ members: all }: UpdateState): string[] => all.map(({ stage }) => stage);
  const way = (ecuId: string): Said[] =>
    (['downloading', 'installing', 'finalizing', 'completed'] as const).map((status, at) =>
      of(ecuId, progress(status, at * 30)),
    );

  it('moves by its members, and ends only by what is said of the whole', () => {
    const begun = [...WHOLE.slice(0, 3), ...way('gateway'), ...way('brake').slice(0, 2)];
    const state = after(begun, group);
    expect(state).toMatchObject({ stage: 'installing', progress: 65 });
    expect(stagesOf(state)).toEqual(['completed', 'installing']);
    const done = after([progress('completed', 100)], state);
    expect(done).toMatchObject({ stage: 'completed', progress: 100 });
    expect(stagesOf(done)).toEqual(['completed', 'completed']);
  });

  it('shows who failed, who went back and who was never begun', () => {
    const reason = { code: 'SELF_TEST_FAILED', detail: 'x' };
    const third = { ...members[0]!, ecuId: 'engine' };
    const state = after(
      [
        ...WHOLE.slice(0, 3),
        ...way('gateway'),
        ...way('brake').slice(0, 3),
        of('brake', { ...progress('rolled_back', 100), reason } as Said),
        of('gateway', progress('rolled_back', 100)),
        { ...progress('rolled_back', 100), reason: { code: 'GROUP_MEMBER_FAILED', detail: 'b' } },
      ] as Said[],
      { ...group, members: [...members, third] },
    );
    expect(stagesOf(state)).toEqual(['rolled_back', 'rolled_back', 'cancelled']);
    expect(state.members[1]).toMatchObject({ refusal: { code: 'SELF_TEST_FAILED' } });
    expect(state).toMatchObject({ stage: 'rolled_back', refusal: { code: 'GROUP_MEMBER_FAILED' } });
  });

  it('comes to the same end whatever order and however often its members’ words arrive', () => {
    const all = [...way('gateway'), ...way('brake')];
    const mixed = fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 });
    fc.assert(
      fc.property(mixed, (told) => {
        const before = after([...WHOLE.slice(0, 3), ...told], group);
        expect(hasEnded(before.stage)).toBe(false);
        expect(stagesOf(before)).toEqual(['completed', 'completed']);
        expect(after([progress('completed', 100), ...told], before)).toEqual(
          after([progress('completed', 100)], before),
        );
      }),
    );
  });
});
