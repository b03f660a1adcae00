import { type MessageKind } from '#core/protocol';
import { type Action } from './steps.ts';

/** A message that passed the broker, or reached a connection of the scenario. */
export type SeenMessage = {
  topic: string;
  /** Of the protocol; null for any other topic. */
  kind: MessageKind | null;
  /** By certificate or user name; empty where it cannot be known. */
  from: string;
  payload: Uint8Array;
  /** Null where it is none. */
  json: unknown;
  retained: boolean;
};

/** Something that somebody refused, wherever it was seen. */
export type SeenRefusal = {
  by: 'gatekeeper' | 'dcu' | 'backend' | 'broker' | 'connection' | 'api';
  code: string;
  reason: string;
  vin?: string;
  user?: string;
  topic?: string;
  /** The line of the access list that decided. */
  aclLine?: number;
  /** Of the protocol: what was refused, or said so. */
  kind?: string;
};

/** How an action ended. */
export type Outcome =
  | { kind: 'accepted'; detail: string }
  /** `also`: what the refused side itself saw, where that is less than what the refusing one said. */
  | { kind: 'refused'; code: string; reason: string; also?: string[] };

/** Where a scenario plays. */
export type Stage = {
  /** Resolves when it is done or somebody refused; rejects where the stage itself fails. */
  perform(action: Action, signal: AbortSignal): Promise<Outcome>;
  /** What the run shows, as conditions and `{{…}}` name it: plain JSON. */
  tree(): Record<string, unknown>;
  /** All that passed the broker, oldest first. */
  messages(): readonly SeenMessage[];
  heardBy(connection: string): readonly SeenMessage[];
  refusals(): readonly SeenRefusal[];
  /** Keeps a message under a name, for `{{captured.NAME}}` and `captured`. */
  keep(name: string, message: SeenMessage): void;
  /** Called when anything above may have changed. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};
