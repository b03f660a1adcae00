import { isCodedError } from '#core/ports';
import { assertTopicFilter, assertTopicName } from '#core/protocol';
import { CaptureError } from './errors.ts';

/**
 * Topics that match `pattern`, an MQTT filter, become `template`, in which `{1}` is what the first
 * wildcard stood for, `{2}` the second. Other braces stand for themselves.
 */
export type RewriteRule = { readonly pattern: string; readonly template: string };

/** @throws CaptureError TOPIC_INVALID, SYSTEM_TOPIC for what may not be published to */
export type Rewrite = (topic: string) => string;

type Compiled = { readonly levels: readonly string[]; readonly template: string };

const PLACE = /\{([1-9][0-9]*)\}/g;

/**
 * The first rule that matches decides; a topic that none matches stays as it is.
 *
 * @throws CaptureError REWRITE_INVALID for a pattern that is no filter, or a template that names a
 *   wildcard which its pattern does not have
 */
export function compileRewrite(rules: readonly RewriteRule[]): Rewrite {
  const compiled = rules.map(compile);
  return (topic) => {
    const levels = topic.split('/');
    for (const { levels: pattern, template } of compiled) {
      const captured = capture(pattern, levels);
      if (captured === null) continue;
      return checked(template.replace(PLACE, (_, place: string) => captured[+place - 1] ?? ''));
    }
    return checked(topic);
  };
}

function compile({ pattern, template }: RewriteRule): Compiled {
  try {
    assertTopicFilter(pattern);
  } catch (error) {
    throw rewriteInvalid(isCodedError(error) ? error.reason : String(error), error);
  }
  const levels = pattern.split('/');
  const wildcards = levels.filter((level) => level === '+' || level === '#').length;
  for (const [place, number] of template.matchAll(PLACE)) {
    if (Number(number) > wildcards) {
      throw rewriteInvalid(
        `${place} in ${JSON.stringify(template)}: ${JSON.stringify(pattern)} has ${String(wildcards)} wildcards`,
      );
    }
  }
  return { levels, template };
}

/** What the wildcards stand for; null when it does not match. As topicMatches of #core/protocol. */
function capture(pattern: readonly string[], topic: readonly string[]): string[] | null {
  // MQTT-4.7.2-1: a leading wildcard does not reach topics that begin with "$".
  if (topic[0]?.startsWith('$') && (pattern[0] === '+' || pattern[0] === '#')) return null;
  const captured: string[] = [];
  for (const [i, level] of pattern.entries()) {
    if (level === '#') return [...captured, topic.slice(i).join('/')];
    const found = topic[i];
    if (found === undefined || (level !== '+' && level !== found)) return null;
    if (level === '+') captured.push(found);
  }
  return topic.length === pattern.length ? captured : null;
}

function checked(topic: string): string {
  // Brokers keep these for themselves; some take orders there ($CONTROL).
  if (topic.startsWith('$')) {
    throw new CaptureError('SYSTEM_TOPIC', `${shown(topic)} belongs to the broker`, {
      next: 'Leave it out with a filter, or rewrite it to a topic without a leading "$".',
    });
  }
  try {
    assertTopicName(topic);
  } catch (cause) {
    const reason = isCodedError(cause) ? cause.reason : String(cause);
    throw new CaptureError('TOPIC_INVALID', reason, {
      next: 'Correct the rewriting of topics, or leave this one out with a filter.',
      cause,
    });
  }
  return topic;
}

function shown(topic: string): string {
  return JSON.stringify(topic.slice(0, 120));
}

function rewriteInvalid(reason: string, cause?: unknown): CaptureError {
  return new CaptureError('REWRITE_INVALID', reason, {
    next: 'Write a topic filter, and {1}, {2} … for what its wildcards stand for.',
    cause,
  });
}
