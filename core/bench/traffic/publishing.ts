import { randomUUID } from 'node:crypto';
import {
  type AnswerView,
  type MqttProperties,
  PublishRecord,
  PublishTemplate,
} from '#core/contract';
import { type BrokerAnswer, type MessageProperties, type Qos } from '#core/link';
import { type Context } from '../context.ts';
import { BenchError, refusalOf } from '../errors.ts';
import { storedList } from '../store.ts';
import { decodeBase64 } from '../trust/files.ts';
import { type Connections } from './connections.ts';

const HISTORY_LIMIT = 200;
const TEMPLATES_LIMIT = 200;
/** Of a payload in the history. */
const KEPT_BYTES = 16_384;

export type Sending = {
  connection: string;
  topic: string;
  payloadBase64: string;
  qos: Qos;
  retain: boolean;
  properties?: MqttProperties | undefined;
  variables?: Readonly<Record<string, string>> | undefined;
  confirm?: string | undefined;
};

export type Publishing = {
  send(
    sending: Sending,
    signal?: AbortSignal,
  ): Promise<{ record: PublishRecord; answer: AnswerView | null }>;
  history(): PublishRecord[];
  templates(): PublishTemplate[];
  saveTemplate(template: PublishTemplate): PublishTemplate[];
  removeTemplate(name: string): PublishTemplate[];
};

export function createPublishing(context: Context, connections: Connections): Publishing {
  const { workspace, clock, traffic } = context;
  const records = storedList(workspace.db, 'publish-history', PublishRecord);
  const templates = storedList(workspace.db, 'publish-templates', PublishTemplate);
  let count = 0;

  const remember = (record: PublishRecord): void => {
    const kept = record.size > KEPT_BYTES ? { ...record, payloadBase64: '' } : record;
    records.set([kept, ...records.get()].slice(0, HISTORY_LIMIT));
  };

  return {
    async send(sending, signal) {
      const { qos, retain, properties } = sending;
      const connection = connections.toSend(sending.connection, sending.confirm);
      const given = decodeBase64(sending.payloadBase64);
      const known = {
        ...sending.variables,
        now: new Date(clock.now()).toISOString(),
        ms: String(clock.now()),
        uuid: randomUUID(),
        n: String((count += 1)),
      };
      const filled = sending.variables !== undefined;
      const topic = filled ? fill(sending.topic, known) : sending.topic;
      const payload = filled ? fillBytes(given, known) : given;
      const { id, name } = connection.kept();
      const record = {
        id: (records.get()[0]?.id ?? 0) + 1,
        at: clock.now(),
        ...{ connection: id, connectionName: name, topic, qos, retain },
        payloadBase64: Buffer.from(payload).toString('base64'),
        size: payload.byteLength,
        properties: properties ?? null,
      };
      const link = await connection.up();
      const carried = properties && linkProperties(properties);
      let answer: AnswerView | null = null;
      try {
        await link.publish(
          topic,
          payload,
          {
            ...{ qos, retain },
            ...(carried ? { properties: carried } : {}),
            onAnswer: (told) => {
              answer = viewAnswer(told);
            },
          },
          signal,
        );
      } catch (error) {
        const { code, reason, next } = refusalOf(error);
        remember({ ...record, outcome: { kind: 'refused', refusal: { code, reason, next } } });
        throw error;
      }
      const sent: PublishRecord = { ...record, outcome: { kind: 'sent', answer } };
      remember(sent);
      if (!connection.isTapped()) {
        traffic.add({
          ...{ kind: 'publish', at: clock.now(), source: name, direction: 'out' },
          ...{ clientId: connection.kept().clientId, topic, payload, qos, retain, dup: false },
          ...(carried ? { properties: carried } : {}),
        });
      }
      return { record: sent, answer };
    },
    history: () => records.get(),
    templates: () => templates.get(),
    saveTemplate(template) {
      const others = templates.get().filter(({ name }) => name !== template.name);
      if (others.length >= TEMPLATES_LIMIT) {
        throw new BenchError('TOO_MANY', `${TEMPLATES_LIMIT} templates are kept`, {
          next: 'remove one that is not needed any more',
        });
      }
      templates.set([...others, template].sort(byName));
      return templates.get();
    },
    removeTemplate(name) {
      templates.set(templates.get().filter((each) => each.name !== name));
      return templates.get();
    },
  };
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}

/** A name that nobody knows stays as it stands. */
function fill(text: string, known: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(known, name) ? (known[name] ?? whole) : whole,
  );
}

function fillBytes(bytes: Uint8Array, known: Readonly<Record<string, string>>): Uint8Array {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  // Bytes that are no text are sent as they are.
  return Buffer.from(text).equals(buffer) ? Buffer.from(fill(text, known)) : bytes;
}

function linkProperties(properties: MqttProperties): MessageProperties {
  const { correlationBase64, payloadFormat, expirySeconds, contentType, responseTopic, user } =
    properties;
  return {
    ...(payloadFormat === undefined ? {} : { payloadFormat }),
    ...(expirySeconds === undefined ? {} : { expirySeconds }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(user === undefined ? {} : { user }),
    ...(correlationBase64 === undefined
      ? {}
      : { correlationData: decodeBase64(correlationBase64) }),
  };
}

function viewAnswer({ packet, code, words, reasonString }: BrokerAnswer): AnswerView {
  return { packet, code, words, reasonString };
}
