import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Random } from '#core/ports';
import {
  encodePayload,
  qosOf,
  retainOf,
  type MessageKind,
  type Reason,
  type Topics,
} from '#core/protocol';
import type { Link, Outbox } from '#core/link';
import { nextSeq, signObject, typOf, type SigningKey } from '#core/signing';
import { nextFor } from './errors.ts';

/** A day: long enough for a broker that is down over night, short enough to be no use later. */
const LIFETIME_MS = 86_400_000;
/** Retained messages stand until they are replaced. */
const STANDING: ReadonlySet<MessageKind> = new Set(['inventory', 'presence']);

export type VoiceOptions = {
  readonly vin: string;
  readonly topics: Topics;
  readonly signer: SigningKey;
  readonly clock: Clock;
  readonly random: Random;
};

/*
 * A request for a block carries no `seq`: asked twice it is answered twice, and a commit for
 * each number would cost more than the block.
 */

type About = { readonly updateId?: string | undefined; readonly ecuId?: string | undefined };

/** What the DCU says on the broker: signed, numbered, stored before it is sent. */
export interface Voice {
  /**
   * Resolves when the message is durable. With a `key` it is said once, also over restarts.
   * Messages leave in the order of the calls.
   */
  say(
    kind: MessageKind,
    body: Readonly<Record<string, unknown>>,
    about: About,
    key?: string,
  ): Promise<void>;
  /** Whether it was said under that key, as far back as the outbox remembers. */
  said(kind: MessageKind, key: string): boolean;
  /** Not stored: published now or not at all. */
  sayNow(
    kind: MessageKind,
    body: Readonly<Record<string, unknown>>,
    about: About,
    signal?: AbortSignal,
  ): Promise<void>;
}

export function createVoice(
  options: VoiceOptions & { db: DatabaseSync; link: Link; outbox: Outbox },
): Voice {
  const { vin, topics, clock, db, link, outbox } = options;
  /** Signing takes its time; a later call must not overtake an earlier one. */
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const compose = async (
    kind: MessageKind,
    body: Readonly<Record<string, unknown>>,
    about: About,
  ): Promise<{ topic: string; payload: Uint8Array }> => {
    const numbered = kind !== 'firmware_request';
    const seq = numbered ? nextSeq(db, senderOf(vin), vin, clock.now()) : undefined;
    return {
      topic: topics.of(kind, vin, about.updateId),
      payload: await signedPayload(options, kind, { ...body, ...about, seq }),
    };
  };

  return {
    said: (kind, key) => outbox.result(`${vin}/${kind}/${key}`) !== null,
    say: (kind, body, about, key) =>
      inOrder(async () => {
        const name = `${vin}/${kind}/${key ?? options.random.uuid()}`;
        if (key !== undefined && outbox.result(name) !== null) return;
        const message = await compose(kind, body, about);
        outbox.enqueue({ ...message, key: name, qos: qosOf(kind), retain: retainOf(kind) });
      }),
    sayNow: async (kind, body, about, signal) => {
      const message = await inOrder(() => compose(kind, body, about));
      await link.publish(
        message.topic,
        message.payload,
        { qos: qosOf(kind), retain: retainOf(kind) },
        signal,
      );
    },
  };
}

/**
 * The last will for the DCU's connection: whoever opens the link passes it on. It carries no
 * `seq`, because the broker sends it at a time that nobody can number in advance.
 */
export async function presenceWill(options: VoiceOptions): Promise<{
  topic: string;
  payload: Uint8Array;
  qos: 1;
  retain: true;
}> {
  return {
    topic: options.topics.of('presence', options.vin),
    payload: await signedPayload(options, 'presence', { online: false }),
    qos: 1,
    retain: true,
  };
}

export function reasonOf(why: { code: string; detail: string }): Reason {
  const { code, detail } = why;
  return { code: code.slice(0, 64), detail: detail.slice(0, 2_000), next: nextFor(code) };
}

export function senderOf(vin: string): string {
  return `dcu:${vin}`;
}

async function signedPayload(
  { vin, signer, clock, random }: VoiceOptions,
  kind: MessageKind,
  body: Readonly<Record<string, unknown>>,
): Promise<Uint8Array> {
  const now = clock.now();
  const message = {
    ...body,
    messageId: random.uuid(),
    vin,
    sender: senderOf(vin),
    issuedAt: new Date(now).toISOString(),
    ...(STANDING.has(kind) ? {} : { expires: new Date(now + LIFETIME_MS).toISOString() }),
  };
  return encodePayload(await signObject(stripped(message), { key: signer, typ: typOf(kind) }));
}

/** JSON has no undefined; neither has the canonical form. */
function stripped(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
