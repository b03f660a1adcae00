import { ProtocolError, type ProtocolErrorCode } from './errors.ts';

/** MQTT-4.7.3-3: a topic name or filter has at most this many bytes of UTF-8. */
const TOPIC_BYTES_LIMIT = 65_535;

/** @throws ProtocolError TOPIC_SYNTAX for what cannot be published to */
export function assertTopicName(topic: string): void {
  assertTopicText('TOPIC_SYNTAX', topic);
  // MQTT-3.3.2-2: a published topic has no wildcards.
  if (/[+#]/.test(topic)) {
    throw refusal('TOPIC_SYNTAX', topic, 'holds a wildcard', 'Publish to one exact topic.');
  }
}

/** @throws ProtocolError FILTER_SYNTAX for what cannot be subscribed to */
export function assertTopicFilter(filter: string): void {
  assertTopicText('FILTER_SYNTAX', filter);
  const levels = filter.split('/');
  for (const [i, level] of levels.entries()) {
    // MQTT-4.7.1-2: "#" is a whole level and the last one.
    if (level.includes('#') && (level !== '#' || i !== levels.length - 1)) {
      throw refusal(
        'FILTER_SYNTAX',
        filter,
        'has "#" elsewhere than as its last level',
        'Put "#" after the last "/" only.',
      );
    }
    // MQTT-4.7.1-3: "+" is a whole level.
    if (level.includes('+') && level !== '+') {
      throw refusal(
        'FILTER_SYNTAX',
        filter,
        'mixes "+" with other characters in one level',
        'Let "+" stand alone between two "/".',
      );
    }
  }
}

/** Whether a valid filter matches a valid topic name (MQTT 3.1.1, section 4.7). */
export function topicMatches(filter: string, topic: string): boolean {
  // MQTT-4.7.2-1: a leading wildcard does not reach topics that begin with "$".
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false;
  const wanted = filter.split('/');
  const found = topic.split('/');
  for (const [i, level] of wanted.entries()) {
    // "sport/#" matches "sport" too: the parent level is included (section 4.7.1.2).
    if (level === '#') return true;
    if (i >= found.length || (level !== '+' && level !== found[i])) return false;
  }
  return wanted.length === found.length;
}

function assertTopicText(code: ProtocolErrorCode, text: string): void {
  if (text === '') throw refusal(code, text, 'is empty', 'Give at least one character.');
  if (text.includes('\0') || !text.isWellFormed()) {
    throw refusal(code, text, 'holds a NUL or half a character', 'Use whole printable characters.');
  }
  if (Buffer.byteLength(text, 'utf8') > TOPIC_BYTES_LIMIT) {
    throw refusal(code, text, 'is longer than 65,535 bytes', 'Shorten it.');
  }
}

function refusal(code: ProtocolErrorCode, text: string, what: string, next: string): ProtocolError {
  return new ProtocolError(code, `${JSON.stringify(text.slice(0, 120))} ${what}`, { next });
}
