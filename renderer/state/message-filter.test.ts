import { describe, expect, it } from 'vitest';
import { draftOf, furtherConditions, judgeDraft, noFilter } from './message-filter.ts';

describe('judgeDraft', () => {
  it('asks for everything when nothing is filled in', () => {
    expect(judgeDraft(noFilter)).toEqual({ kind: 'everything' });
  });

  it.each([
    [{ topic: 'a/+' }, { topicFilter: 'a/+' }],
    [{ text: 'Error' }, { text: 'Error' }],
    [
      { text: 'Error', matchCase: true },
      { text: 'Error', matchCase: true },
    ],
    [{ text: '^a', isRegex: true }, { regex: { source: '^a', ignoreCase: true } }],
    [{ client: ' dcu ' }, { client: 'dcu' }],
    [{ source: 'shop' }, { source: 'shop' }],
    [{ verdicts: ['invalid'] as const }, { verdicts: ['invalid'] }],
    [{ qos: [0, 2] as const }, { qos: [0, 2] }],
    [{ retained: 'no' as const }, { retained: false }],
    [{ direction: 'out' as const }, { direction: 'out' }],
    [
      { minSize: '20k', maxSize: '1 MiB' },
      { minSize: 20_480, maxSize: 1_048_576 },
    ],
    [{ since: '2026-01-02T03:04' }, { since: new Date(2026, 0, 2, 3, 4).getTime() }],
  ])('%j → %j', (part, where) => {
    expect(judgeDraft({ ...noFilter, ...part })).toEqual({ kind: 'some', where });
  });

  it.each([
    [{ topic: 'a/#/b' }, 'topic'],
    [{ topic: '' }, 'topic'],
    [{ text: '(', isRegex: true }, 'text'],
    [{ minSize: 'large' }, 'size'],
    [{ minSize: '10', maxSize: '9' }, 'size'],
    [{ since: '2026-01-02T03:04', until: '2026-01-01T03:04' }, 'time'],
  ])('%j is refused at the %s', (part, field) => {
    expect(judgeDraft({ ...noFilter, ...part })).toMatchObject({ kind: 'invalid', field });
  });

  it('takes an unfinished expression as plain text', () => {
    expect(judgeDraft({ ...noFilter, text: '(' }).kind).toBe('some');
  });
});

it('counts the conditions that are folded away', () => {
  expect(furtherConditions({ ...noFilter, text: 'x', topic: 'a' })).toBe(0);
  expect(furtherConditions({ ...noFilter, qos: [1], minSize: '1', maxSize: '2' })).toBe(2);
});

it('fills the fields in again from what was saved', () => {
  const draft = {
    ...noFilter,
    topic: 'a/+',
    text: '^x',
    isRegex: true,
    matchCase: true,
    qos: [1] as const,
    source: 'shop',
    verdicts: ['unsigned', 'invalid'] as const,
    retained: 'no' as const,
    minSize: '20480',
    since: '2026-01-02T03:04:05',
  };
  const verdict = judgeDraft(draft);
  expect(verdict.kind === 'some' ? draftOf(verdict.where) : null).toEqual(draft);
});
