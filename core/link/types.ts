import type { Clock, Log, Random } from '#core/ports';
import type { BrokerAnswer } from './answer.ts';
import type { LinkErrorCode } from './errors.ts';

export type Qos = 0 | 1 | 2;

/** One connection to one broker, as the world sees it. */
export type LinkState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  /** `since`: wall clock, ms. Subscriptions are in force again. `limits`: of MQTT 5. */
  | { readonly kind: 'up'; readonly since: number; readonly limits?: ServerLimits }
  /** Will be tried again at `retryAt` (wall clock, ms). */
  | {
      readonly kind: 'lost';
      readonly code: LinkErrorCode;
      readonly reason: string;
      /** What a person can do about it. */
      readonly next: string;
      readonly retryAt: number;
      /** Where the broker itself said why. */
      readonly answer?: BrokerAnswer;
    }
  | { readonly kind: 'closed' };

/** What a broker of MQTT 5 says of itself in CONNACK; null and [] where it says nothing. */
export type ServerLimits = {
  /** Messages of QoS 1 and 2 that may wait for their acknowledgment at once; we keep to it. */
  readonly receiveMaximum: number;
  readonly maximumQos: Qos;
  readonly retainAvailable: boolean;
  readonly maximumPacketBytes: number | null;
  /** 0: it takes no aliases. */
  readonly topicAliasMaximum: number;
  readonly keepaliveSeconds: number | null;
  readonly sessionExpirySeconds: number | null;
  readonly assignedClientId: string | null;
  readonly user: readonly (readonly [name: string, value: string])[];
};

/** What this side says in CONNECT. MQTT 5 only. */
export type Mqtt5Options = {
  /** Messages of QoS 1 and 2 that the broker may send before it hears. 1–65,535. */
  readonly receiveMaximum?: number;
  /** Larger ones the broker drops. */
  readonly maximumPacketBytes?: number;
  /** How long the broker keeps the session while we are away. Default a week, 0 when `clean`. */
  readonly sessionExpirySeconds?: number;
  /** Send a number in place of a topic that was sent before, where the broker allows it. */
  readonly topicAliases?: boolean;
  /**
   * Let the retain flag of what is received be the publisher's, not whether it was retained when
   * we subscribed (MQTT-3.8.3.1, Retain As Published): a recording needs it.
   */
  readonly retainAsPublished?: boolean;
  readonly user?: readonly (readonly [name: string, value: string])[];
};

export type LinkTls = {
  /** PEM contents, not file names. */
  readonly ca: string | readonly string[];
  readonly cert?: string;
  readonly key?: string;
  /** Name expected in the server's certificate, when it is not the URL's host. */
  readonly servername?: string;
};

/** Where to connect, and as whom. */
export type LinkAccess = Pick<LinkOptions, 'url' | 'tls' | 'username' | 'password'>;

export type LinkOptions = {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: LinkTls;
  /**
   * Asked before each connection, in place of the above: the broker may have moved, a certificate
   * may have been renewed, a password changed.
   */
  readonly access?: () => LinkAccess;
  /** False (the default) keeps the session at the broker while we are away. */
  readonly clean?: boolean;
  readonly will?: {
    readonly topic: string;
    readonly payload: Uint8Array;
    readonly qos: Qos;
    readonly retain: boolean;
  };
  readonly protocolVersion?: 4 | 5;
  readonly mqtt5?: Mqtt5Options;
  /**
   * Told of every message as it is read from the socket, at once, in place of the handlers: none
   * waits, so none can be dropped here for want of room. Acknowledged once this returns.
   */
  readonly tap?: (message: Incoming) => void;
  /** Longest wait for TCP, TLS and CONNACK together. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Longest wait for PUBACK or PUBCOMP. Default 10,000. */
  readonly publishTimeoutMs?: number;
  /** Silence after which both sides ask whether the other is there. Default 30. */
  readonly keepaliveSeconds?: number;
  /** First delay before connecting again; doubles up to `maxRetryMs`. Default 500. */
  readonly retryMs?: number;
  /** Default 10,000. */
  readonly maxRetryMs?: number;
  readonly clock: Clock;
  readonly random?: Random;
  readonly log: Log;
};

/** What a PUBLISH of MQTT 5 carries besides (section 3.3.2.3). MQTT 3.1.1 knows none of it. */
export type MessageProperties = {
  /** `text`: the payload is UTF-8, says the sender. */
  readonly payloadFormat?: 'bytes' | 'text';
  /** Seconds until the broker drops it; on arrival, what is left of them. */
  readonly expirySeconds?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  readonly subscriptionIds?: readonly number[];
  /** Names may come more than once. */
  readonly user?: readonly (readonly [name: string, value: string])[];
};

/** A message as it arrived. */
export type Incoming = {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  /** The broker says it has sent this before. */
  readonly dup: boolean;
  /** Where MQTT 5 carried any. */
  readonly properties?: MessageProperties;
};

export type PublishOptions = {
  readonly qos: Qos;
  readonly retain: boolean;
  /** MQTT 5 only; otherwise PROPERTIES_INVALID. */
  readonly properties?: MessageProperties;
  /** Told of PUBACK or PUBCOMP before the promise resolves; code 16 says that nobody listens. */
  readonly onAnswer?: (answer: BrokerAnswer) => void;
};

export type MessageHandler = (message: Incoming) => void | Promise<void>;

export interface Link {
  readonly clientId: string;
  readonly state: LinkState;
  /** Called on every change, not for the state at the time of asking. */
  onState(listener: (state: LinkState) => void): () => void;
  /**
   * Resolves once up. Rejects with the LinkError when the broker refuses in a way that waiting
   * does not cure (BAD_CREDENTIALS, NOT_AUTHORISED, CLIENT_ID_REFUSED, UNSUPPORTED_VERSION,
   * TLS_UNTRUSTED, TLS_CLIENT_REFUSED), with LINK_CLOSED, or with the signal's reason.
   * The link itself keeps trying.
   */
  whenUp(signal?: AbortSignal): Promise<void>;
  /**
   * Resolves on PUBACK (QoS 1) or PUBCOMP (QoS 2), for QoS 0 once handed to the socket.
   * Never queues: NOT_CONNECTED while down. Loss of the connection in flight rejects at once
   * (CLOSED_BY_BROKER, CONNECTION_LOST); whether to send again is the caller's decision, nothing
   * is re-sent behind its back. Also PUBACK_TIMEOUT, REFUSED, TOPIC_INVALID, PROPERTIES_INVALID,
   * LINK_CLOSED. With MQTT 5, no more are on their way than the broker takes; others wait here.
   */
  publish(
    topic: string,
    payload: Uint8Array,
    options: PublishOptions,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Resolves on SUBACK; while down, on the SUBACK of the next connection. Renewed on every
   * connection whose session the broker forgot. SUBSCRIBE_REFUSED, TOPIC_INVALID, LINK_CLOSED.
   */
  subscribe(filter: string, qos: Qos): Promise<void>;
  /**
   * Handlers see messages one at a time, in order. A returned promise holds back PUBACK (QoS 1)
   * or PUBREC (QoS 2): a crash before it settles makes the broker deliver again. Publishing from
   * inside is fine; waiting inside for another *incoming* message is not, it comes after this one.
   * A handler that fails is logged and its message acknowledged, so that it cannot come for ever.
   * Messages arriving before the first handler is there wait for it.
   */
  onMessage(handler: MessageHandler): () => void;
  /** Cuts the socket as a pulled cable would; the link then reconnects. */
  drop(): void;
  /** Does not wait for the next try: what stood in its way may be gone. Nothing while up. */
  retry(): void;
  /** Finishes the message in hand, disconnects politely, frees everything. */
  close(): Promise<void>;
}

export type OutgoingMessage = {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly properties?: MessageProperties;
};

export type OutboxMessage = OutgoingMessage & {
  /** The sender's name for it (one sender = one client id); the same key is stored and sent once. */
  readonly key: string;
};

export type OutboxResult =
  | { readonly kind: 'acknowledged'; readonly key: string }
  /** Given up for good; kept in the table with its reason. */
  | {
      readonly kind: 'parked';
      readonly key: string;
      readonly code: LinkErrorCode;
      readonly reason: string;
    };

export interface Outbox {
  /**
   * Stored when this returns (or when the caller's open transaction commits), then sent in order
   * per topic. The same key again does nothing; KEY_REUSED when its content differs.
   */
  enqueue(message: OutboxMessage): void;
  /** Called after the result is stored. After a restart ask `result` instead. */
  onResult(listener: (result: OutboxResult) => void): () => void;
  /** What became of a key; null when unknown or pruned. */
  result(key: string): OutboxResult | { readonly kind: 'waiting'; readonly key: string } | null;
  /** Messages not yet acknowledged or parked. */
  pending(): number;
  close(): Promise<void>;
}
