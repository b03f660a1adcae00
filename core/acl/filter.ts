/*
 * Topic filters as an access list uses them, split into levels once.
 * MQTT 3.1.1 section 4.7.
 */

const BYTES_LIMIT = 65_535;
/** As Mosquitto: 200 times `/`. */
const LEVELS_LIMIT = 201;

/** Why `filter` is no topic filter and where (0-based), or null when it is one. */
export function filterFault(filter: string): { reason: string; at: number } | null {
  if (filter.length === 0) return { reason: 'the topic is empty', at: 0 };
  const nul = filter.indexOf('\0');
  if (nul >= 0) return { reason: 'a topic holds no NUL', at: nul };
  // MQTT-4.7.3-3. The shortest test first: most are far from it.
  if (filter.length * 3 > BYTES_LIMIT && Buffer.byteLength(filter) > BYTES_LIMIT) {
    return { reason: `a topic is no longer than ${String(BYTES_LIMIT)} bytes`, at: 0 };
  }
  const levels = filter.split('/');
  if (levels.length > LEVELS_LIMIT) {
    const at = levels.slice(0, LEVELS_LIMIT).join('/').length;
    return { reason: `a topic has at most ${String(LEVELS_LIMIT)} levels`, at };
  }
  let at = 0;
  for (const [index, level] of levels.entries()) {
    // MQTT-4.7.1-2: `#` is a whole level and the last. MQTT-4.7.1-3: `+` is a whole level.
    const hash = level.indexOf('#');
    if (hash >= 0 && (level !== '#' || index !== levels.length - 1)) {
      return { reason: '# must be the whole last level', at: at + hash };
    }
    const plus = level.indexOf('+');
    if (plus >= 0 && level !== '+') {
      return { reason: '+ must be a whole level', at: at + plus };
    }
    at += level.length + 1;
  }
  return null;
}

/** Does `filter` match the topic name `topic`? Both as MQTT writes them. */
export function filterMatches(filter: string, topic: string): boolean {
  return matches(filter.split('/'), topic.split('/'));
}

/** Does `filter` match the topic name `topic`? */
export function matches(filter: readonly string[], topic: readonly string[]): boolean {
  if (wildcardMeetsDollar(filter, topic)) return false;
  for (const [index, level] of filter.entries()) {
    if (level === '#') return true;
    if (index >= topic.length) return false;
    if (level !== '+' && level !== topic[index]) return false;
  }
  return filter.length === topic.length;
}

/** Is every topic that `inner` can match also matched by `outer`? Both are filters. */
export function covers(outer: readonly string[], inner: readonly string[]): boolean {
  if (wildcardMeetsDollar(outer, inner)) return false;
  for (const [index, level] of outer.entries()) {
    // `a/#` also matches `a`, MQTT 3.1.1 section 4.7.1.2.
    if (level === '#') return index <= inner.length;
    const other = inner[index];
    if (other === undefined || other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return outer.length === inner.length;
}

/** MQTT-4.7.2-1: a leading wildcard does not match a topic that begins with `$`. */
function wildcardMeetsDollar(filter: readonly string[], topic: readonly string[]): boolean {
  return (filter[0] === '#' || filter[0] === '+') && (topic[0]?.startsWith('$') ?? false);
}
