import type { PublishRecord, PublishTemplate } from '#core/contract';
import { fromBase64 } from '../ui/format.ts';

/*
 * A message as it stands in the fields of the Publish panel.
 */

export type PublishDraft = Omit<PublishTemplate, 'name'>;
type Properties = NonNullable<PublishDraft['properties']>;

export const emptyDraft: PublishDraft = {
  topic: '',
  payload: '',
  // The lowest that is answered: what is refused would be told as sent.
  qos: 1,
  retain: false,
  properties: null,
};

/** Those that the bench fills in by itself. */
const KNOWN: readonly string[] = ['now', 'ms', 'uuid', 'n'];
const VARIABLE = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** Variables of a person's own in topic and payload, in their order. */
export function variablesIn({ topic, payload }: PublishDraft): string[] {
  const names = [topic, payload].flatMap((text) =>
    [...text.matchAll(VARIABLE)].flatMap(([, name]) => (name === undefined ? [] : [name])),
  );
  return [...new Set(names)].filter((name) => !KNOWN.includes(name));
}

/** What was sent, as it may be edited; null where the fields could not hold the same bytes. */
export function draftFrom(record: PublishRecord): PublishDraft | null {
  const { topic, qos, retain, properties, payloadBase64, size } = record;
  const bytes = fromBase64(payloadBase64);
  // Of a large payload the history keeps nothing.
  if (bytes.length !== size) return null;
  try {
    const payload = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { topic, payload, qos, retain, properties };
  } catch {
    return null;
  }
}

/** The same with one property changed; an empty one is none, which brokers tell apart. */
export function withProperty<Name extends keyof Properties>(
  properties: PublishDraft['properties'],
  name: Name,
  value: Properties[Name] | '',
): PublishDraft['properties'] {
  const next = { ...properties };
  if (value === '' || value === undefined) Reflect.deleteProperty(next, name);
  else next[name] = value;
  return Object.keys(next).length === 0 ? null : next;
}

/** User properties as lines `name: value`; a name may come more than once. */
export function userLines(user: Properties['user']): string {
  return (user ?? []).map(([name, value]) => `${name}: ${value}`).join('\n');
}

export function userFrom(lines: string): Properties['user'] {
  const user = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const at = line.indexOf(':');
      return at === -1 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
  return user.length === 0 ? undefined : user;
}
