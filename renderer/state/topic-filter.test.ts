import { assertTopicFilter } from '#core/protocol';
import { describe, expect, it } from 'vitest';
import { judgeFilter } from './topic-filter.ts';

const valid = [
  '#',
  '+',
  '/',
  '//',
  '+/+',
  'vehicle/#',
  'vehicle/updates/+/progress',
  '/leading',
  'trailing/',
  'with space/ö',
  '$SYS/#',
];
const invalid = [
  '',
  'a#',
  'a/b#',
  '#/a',
  'a/#/b',
  '##',
  'a+',
  '+a/b',
  'a/++',
  'a\0b',
  'x'.repeat(65_536),
];

describe('judgeFilter', () => {
  it.each(valid)('takes %j', (filter) => {
    expect(judgeFilter(filter)).toEqual({ kind: 'valid' });
  });

  it.each(invalid)('refuses %.20j and says why', (filter) => {
    const judgement = judgeFilter(filter);
    expect(judgement.kind === 'invalid' && judgement.why.length > 20).toBe(true);
  });

  it.each([...valid, ...invalid])('agrees with the core about %.20j', (filter) => {
    const judged = judgeFilter(filter).kind === 'valid';
    let accepted = true;
    try {
      assertTopicFilter(filter);
    } catch {
      accepted = false;
    }
    expect(judged).toBe(accepted);
  });
});
