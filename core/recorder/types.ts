import type { TrafficRow } from '#core/contract';

/** Which way a message went, seen from the bench. */
export type Direction = 'in' | 'out';

/** What the broker (or a watching link) told. `at` is wall clock, ms. */
export type TrafficEvent = {
  readonly kind: TrafficRow['kind'];
  readonly at: number;
  /** Microseconds of a clock that never goes back; the recorder's own when absent. */
  readonly monotonicUs?: number;
  /** The broker or connection that told it; '' when there is only one. */
  readonly source?: string;
  readonly direction?: Direction;
  readonly clientId: string | null;
  /** Empty for an event that concerns no topic. */
  readonly topic?: string;
  readonly payload?: Uint8Array;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly dup?: boolean;
  /** MQTT 5: content type, user properties, …; kept as JSON, bytes in it as base64. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Shown as the preview when there is no payload: why a client was refused. */
  readonly detail?: string;
  /** Of a refusal. */
  readonly code?: string;
  /** The line of the access list that decided. */
  readonly aclLine?: number;
};
