import { t } from '../i18n/index.ts';
/*
 * The same rules as core/protocol's assertTopicFilter, told while one types; the core judges again.
 */

export type FilterJudgement = { kind: 'valid' } | { kind: 'invalid'; why: string };

/** MQTT-1.5.4-2: a string's length is two bytes. */
const LONGEST_BYTES = 65_535;

/** Judges an MQTT 3.1.1 topic filter, section 4.7.1. */
export function judgeFilter(filter: string): FilterJudgement {
  if (filter === '') return invalid(t('traffic:judge.topicEmpty'));
  if (new TextEncoder().encode(filter).length > LONGEST_BYTES) {
    return invalid(t('traffic:judge.topicLong'));
  }
  if (filter.includes('\0')) return invalid(t('traffic:judge.topicNull'));
  const levels = filter.split('/');
  for (const [index, level] of levels.entries()) {
    if (level.includes('#') && level !== '#') {
      return invalid(t('traffic:judge.hashAlone', { level }));
    }
    if (level === '#' && index < levels.length - 1) {
      return invalid(t('traffic:judge.hashLast'));
    }
    if (level.includes('+') && level !== '+') {
      return invalid(t('traffic:judge.plusAlone', { level }));
    }
  }
  return { kind: 'valid' };
}

function invalid(why: string): FilterJudgement {
  return { kind: 'invalid', why };
}
