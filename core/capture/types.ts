import type { MessageProperties, Qos } from '#core/link';

export type CaptureKind =
  'publish' | 'connect' | 'disconnect' | 'subscribe' | 'unsubscribe' | 'refused';

/** One thing that happened on MQTT, as it was captured. Plain data: it crosses threads. */
export type CapturedMessage = {
  /** Wall clock, ms since 1970; may jump when somebody sets the clock. */
  readonly at: number;
  /** Monotonic clock, µs from the start of the process that captured it; never goes back there. */
  readonly mono: number;
  /** Which capture: `broker`, or the name of a connection. */
  readonly source: string;
  /**
   * `tap`: the embedded broker saw it come from `clientId`. `in` and `out`: a client connection
   * received or sent it.
   */
  readonly direction: 'in' | 'out' | 'tap';
  /** The client it came from (`tap`, `out`) or went to (`in`), where that is known. */
  readonly clientId: string | null;
  readonly kind: CaptureKind;
  /** Empty for what concerns no topic. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  /** Of a publish by MQTT 5. */
  readonly properties?: MessageProperties;
  /** One sentence: why a client went, what was refused. */
  readonly detail?: string;
  /** Of a refusal, as docs/PROTOCOL.md lists them. */
  readonly code?: string;
  /** The line of the access list that decided. */
  readonly aclLine?: number;
};
