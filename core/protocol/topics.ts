import { ProtocolError } from './errors.ts';
import { assertTopicName } from './filter.ts';
import type { MessageKind } from './messages.ts';
import { parseVin } from './vin.ts';

export const DEFAULT_ROOT = 'vehicle/updates';

/** What a topic says: the kind of message, the vehicle, and for firmware the update. */
export type TopicAddress = { kind: MessageKind; vin: string; updateId?: string };

export type Topics = {
  readonly root: string;
  /**
   * The topic of one message. `updateId` is needed by the two firmware kinds only.
   * @throws ProtocolError VIN_SYNTAX, TOPIC_SYNTAX
   */
  of(kind: MessageKind, vin: string, updateId?: string): string;
  /** The filter for a kind: of every vehicle and update, unless named. */
  filter(kind: MessageKind, vin?: string, updateId?: string): string;
  /** Null for a topic that is none of ours. */
  parse(topic: string): TopicAddress | null;
};

/** What follows `{root}/{vin}/`; `{updateId}` is a level of its own. */
const SUFFIXES: Readonly<Record<MessageKind, string>> = {
  issue_details: 'issue_details',
  status: 'status',
  acknowledgment: 'status/acknowledgment',
  progress: 'progress',
  command: 'command',
  inventory: 'inventory',
  presence: 'presence',
  firmware_request: 'firmware/{updateId}/request',
  firmware_block: 'firmware/{updateId}/block',
};

const KIND_OF_SUFFIX: ReadonlyMap<string, MessageKind> = new Map(
  (Object.keys(SUFFIXES) as MessageKind[]).map((kind) => [SUFFIXES[kind], kind]),
);

const UPDATE_ID = /^[A-Za-z0-9_.-]{1,128}$/;

/** A root leaves room for the rest of a topic, and for brokers that bound the number of levels. */
const ROOT_CHARACTERS_LIMIT = 200;

/**
 * The topics under one root.
 * @throws ProtocolError TOPIC_SYNTAX for a root with wildcards, an empty level, a leading "$"
 *   or control characters
 */
export function createTopics(root: string = DEFAULT_ROOT): Topics {
  assertRoot(root);
  return {
    root,
    of: (kind, vin, updateId) =>
      `${root}/${parseVin(vin)}/${suffix(kind, updateId === undefined ? '' : updateId)}`,
    filter: (kind, vin = '+', updateId = '+') =>
      `${root}/${vin === '+' ? vin : parseVin(vin)}/${suffix(kind, updateId, '+')}`,
    parse: (topic) => parseTopic(root, topic),
  };
}

function suffix(kind: MessageKind, updateId: string, wildcard?: '+'): string {
  const pattern = SUFFIXES[kind];
  if (!pattern.includes('{updateId}')) return pattern;
  if (updateId !== wildcard && !UPDATE_ID.test(updateId)) {
    throw new ProtocolError(
      'TOPIC_SYNTAX',
      `${JSON.stringify(updateId.slice(0, 80))} names no update in a ${kind} topic`,
      { next: 'Use 1 to 128 letters, digits, ".", "_" or "-", such as a UUID.' },
    );
  }
  return pattern.replace('{updateId}', updateId);
}

function parseTopic(root: string, topic: string): TopicAddress | null {
  if (!topic.startsWith(`${root}/`)) return null;
  const [vin = '', ...rest] = topic.slice(root.length + 1).split('/');
  if (!isVin(vin)) return null;
  const plain = KIND_OF_SUFFIX.get(rest.join('/'));
  if (plain !== undefined) {
    return SUFFIXES[plain].includes('{updateId}') ? null : { kind: plain, vin };
  }
  const [area, updateId = '', leaf, ...more] = rest;
  if (area !== 'firmware' || more.length > 0 || !UPDATE_ID.test(updateId)) return null;
  const kind = KIND_OF_SUFFIX.get(`firmware/{updateId}/${leaf ?? ''}`);
  return kind === undefined ? null : { kind, vin, updateId };
}

function isVin(text: string): boolean {
  try {
    return parseVin(text) === text;
  } catch {
    return false;
  }
}

function assertRoot(root: string): void {
  assertTopicName(root);
  const faulty =
    root.length > ROOT_CHARACTERS_LIMIT ||
    root.startsWith('$') ||
    root.split('/').includes('') ||
    /\p{Cc}/u.test(root);
  if (!faulty) return;
  throw new ProtocolError(
    'TOPIC_SYNTAX',
    `${JSON.stringify(root.slice(0, 120))} is no topic root`,
    {
      next: 'Use levels such as "vehicle/updates": none empty, no leading "$", at most 200 characters.',
    },
  );
}
