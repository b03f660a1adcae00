/*
 * The same rules as core/protocol's assertTopicFilter, told while one types; the core judges again.
 */

export type FilterJudgement = { kind: 'valid' } | { kind: 'invalid'; why: string };

/** MQTT-1.5.4-2: a string's length is two bytes. */
const LONGEST_BYTES = 65_535;

/** Judges an MQTT 3.1.1 topic filter, section 4.7.1. */
export function judgeFilter(filter: string): FilterJudgement {
  if (filter === '') return invalid('A filter has at least one character; # matches everything.');
  if (new TextEncoder().encode(filter).length > LONGEST_BYTES) {
    return invalid('A filter has at most 65,535 bytes.');
  }
  if (filter.includes('\0')) return invalid('A filter cannot contain the null character.');
  const levels = filter.split('/');
  for (const [index, level] of levels.entries()) {
    if (level.includes('#') && level !== '#') {
      return invalid(`# stands alone in its level; “${level}” mixes it with other characters.`);
    }
    if (level === '#' && index < levels.length - 1) {
      return invalid('# is allowed as the last level only.');
    }
    if (level.includes('+') && level !== '+') {
      return invalid(`+ stands alone in its level; “${level}” mixes it with other characters.`);
    }
  }
  return { kind: 'valid' };
}

function invalid(why: string): FilterJudgement {
  return { kind: 'invalid', why };
}
