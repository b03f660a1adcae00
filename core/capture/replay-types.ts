import type { MessageProperties, Qos } from '#core/link';
import type { Clock } from '#core/ports';
import type { RewriteRule } from './rewrite.ts';
import type { CapturedMessage } from './types.ts';

/** The part of a link that a replay needs. Resolves once the broker has it. */
export type ReplayTarget = {
  publish(
    topic: string,
    payload: Uint8Array,
    options: {
      readonly qos: Qos;
      readonly retain: boolean;
      readonly properties?: MessageProperties;
    },
    signal?: AbortSignal,
  ): Promise<void>;
};

export type ReplayOptions = {
  readonly messages: AsyncIterable<CapturedMessage>;
  readonly link: ReplayTarget;
  readonly clock: Clock;
  /** 1 is the original pace, 2 twice as fast, Infinity as fast as the broker takes it. */
  readonly speed: number;
  /** Wall clock of the capture, ms: the first that is replayed. */
  readonly from?: number;
  /** Wall clock of the capture, ms: the first that is not. */
  readonly to?: number;
  /** An MQTT topic filter, on the topic as it was captured. */
  readonly filter?: string;
  /** Any further condition. */
  readonly accept?: (message: CapturedMessage) => boolean;
  readonly rewrite?: readonly RewriteRule[];
  /**
   * Messages that wait for their acknowledgment at once. Default 64; 1 waits for each, for brokers
   * that do not keep the order of one connection.
   */
  readonly inFlight?: number;
  readonly signal?: AbortSignal;
  /** At most ten times a second, and at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void;
};

/** How much later than its time a message was handed to the connection. */
export type Drift = {
  readonly meanMs: number;
  readonly maxMs: number;
  /** Messages that were late by more than BEHIND_MS. */
  readonly behind: number;
};

export type ReplayProgress = {
  readonly state: 'running' | 'paused' | 'ended';
  readonly sent: number;
  /** Not asked for, or nothing that can be published. */
  readonly skipped: number;
  /** Topics that may not be published to. */
  readonly refused: number;
  /** Wall clock in the capture of the last message sent, ms. */
  readonly position: number | null;
  readonly drift: Drift;
};

export type RefusedMessage = {
  /** Counted from 1, of all messages in the capture. */
  readonly index: number;
  readonly topic: string;
  readonly code: string;
  readonly reason: string;
};

export type ReplayReport = ReplayProgress & {
  readonly outcome:
    | { readonly kind: 'finished' }
    | { readonly kind: 'stopped' }
    /** The connection refused a message or was lost; what came after it was not sent. */
    | {
        readonly kind: 'failed';
        readonly code: string;
        readonly reason: string;
        readonly next: string;
      };
  /** The first of them. */
  readonly refusals: readonly RefusedMessage[];
};

export interface Replay {
  /** Resolves at the end, however it came. Rejects only when the messages cannot be read. */
  readonly done: Promise<ReplayReport>;
  /** Sends nothing further until `resume`; the pause is no drift. */
  pause(): void;
  resume(): void;
  /** Ends it; what is on its way is waited for. */
  stop(): void;
}
