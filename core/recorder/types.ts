import type { TrafficCounts, TrafficDetail, TrafficRow } from '#core/contract';

/** What the broker (or a watching link) told. `at` is wall clock, ms. */
export type TrafficEvent = {
  readonly kind: TrafficRow['kind'];
  readonly at: number;
  readonly clientId: string | null;
  /** Empty for an event that concerns no topic. */
  readonly topic?: string;
  readonly payload?: Uint8Array;
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly dup?: boolean;
  /** Shown as the preview when there is no payload: why a client was refused. */
  readonly detail?: string;
};

/** Rows that came since the last batch, newest first. */
export type RowBatch = {
  readonly rows: TrafficRow[];
  /** Matching rows left out of this batch because too many came at once. */
  readonly skipped: number;
  readonly counts: TrafficCounts;
};

export interface TrafficRing {
  add(event: TrafficEvent): void;
  /** Newest first. `filter`: MQTT wildcards; `#` includes events without a topic. */
  rows(filter: string, limit: number): TrafficRow[];
  detail(id: number): TrafficDetail | null;
  counts(): TrafficCounts;
  /** Empties the window; `seen` and `evicted` go on counting. */
  clear(): TrafficCounts;
  /** Batches of matching rows, paced; nothing is called while nothing matches. */
  onRows(filter: string, listener: (batch: RowBatch) => void): () => void;
  close(): Promise<void>;
}
