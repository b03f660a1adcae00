import { type MqttProperties } from '#core/contract';
import { type CapturedMessage } from '#core/capture';
import { type MessageProperties } from '#core/link';
import { type RecordedMessage, type Recorder, type TrafficEvent } from '#core/recorder';
import { type Selection } from './selection.ts';
import { asked } from './where.ts';

/** Messages of one question; the recorder ends it early at 8 MiB. */
const PAGE = 1_000;

export type Walk = Selection & {
  /** Ids above it, up to `through`. */
  after?: number;
  through: number;
  signal: AbortSignal;
};

/** Everything that matches, oldest first, page by page; what comes meanwhile is not in it. */
export async function* recorded(
  recorder: Recorder,
  { where, judged, after, through, signal }: Walk,
): AsyncGenerator<RecordedMessage, void, undefined> {
  let from: number | null = after ?? 0;
  while (from !== null && from < through) {
    const at: number = from;
    const page = await asked(
      () => recorder.messages({ order: 'oldest', from: at, limit: PAGE, where, signal }),
      signal,
    );
    for (const message of page.rows) {
      if (message.id > through) return;
      signal.throwIfAborted();
      if (judged === null || (await judged(message))) yield message;
    }
    from = page.next;
  }
}

/** As the rooms that export, replay and tell stories take it. */
export function capturedOf(message: RecordedMessage): CapturedMessage {
  const { at, monotonicUs, source, direction, clientId, kind, topic, payload } = message;
  const { qos, retain, dup, detail, code, aclLine } = message;
  const properties = propertiesOf(message.properties);
  return {
    ...{ at, clientId, kind, topic, payload, qos, retain, dup },
    mono: monotonicUs,
    // A capture of an earlier version may have no name for it.
    source: source || 'broker',
    direction: direction ?? 'tap',
    ...(properties ? { properties } : {}),
    ...(detail === null ? {} : { detail }),
    ...(code === null ? {} : { code }),
    ...(aclLine === null ? {} : { aclLine }),
  };
}

/** What an import brings, under its own source. */
export function eventOf(message: CapturedMessage, source: string): TrafficEvent {
  const { at, mono, direction, clientId, kind, topic, payload, qos, retain, dup } = message;
  const { properties, detail, code, aclLine } = message;
  return {
    ...{ at, source, clientId, topic, payload, qos, retain, dup },
    kind: kind === 'unsubscribe' ? 'subscribe' : kind,
    monotonicUs: mono,
    ...(direction === 'tap' ? {} : { direction }),
    ...(properties ? { properties } : {}),
    ...(detail === undefined
      ? kind === 'unsubscribe'
        ? { detail: 'unsubscribed' }
        : {}
      : { detail }),
    ...(code === undefined ? {} : { code }),
    ...(aclLine === undefined ? {} : { aclLine }),
  };
}

/** The recorder keeps them as JSON, bytes in it as `{ base64 }`. */
export function propertiesOf(
  stored: Readonly<Record<string, unknown>> | null,
): MessageProperties | null {
  if (stored === null) return null;
  const { correlationData, ...rest } = stored as MessageProperties & {
    correlationData?: { base64?: unknown };
  };
  const base64 = correlationData?.base64;
  return {
    ...rest,
    ...(typeof base64 === 'string' ? { correlationData: Buffer.from(base64, 'base64') } : {}),
  };
}

export function viewProperties(properties: MessageProperties): MqttProperties {
  const { payloadFormat, expirySeconds, contentType, responseTopic, correlationData, user } =
    properties;
  return {
    ...(payloadFormat === undefined ? {} : { payloadFormat }),
    ...(expirySeconds === undefined ? {} : { expirySeconds }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined
      ? {}
      : { correlationBase64: Buffer.from(correlationData).toString('base64') }),
    ...(user === undefined ? {} : { user: user.map(([name, value]) => [name, value]) }),
  };
}
