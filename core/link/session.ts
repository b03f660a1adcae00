import { DefaultMessageIdProvider } from 'mqtt';
import type { LinkError } from './errors.ts';
import type { BrokerAnswer } from './answer.ts';

/** How a publish ends: resolved on its acknowledgment, rejected with why not. */
export type Settle = {
  /** With what the broker said; null for QoS 0. */
  readonly resolve: (answer: BrokerAnswer | null) => void;
  readonly reject: (why: LinkError) => void;
};

/**
 * What one MQTT session keeps from connection to connection (MQTT 3.1.1 section 4.1).
 *
 * A connection has its own mqtt.js client, whose stores end with it: mqtt.js would send everything
 * unacknowledged again before it says `connect`, so one publish that the broker denies by closing
 * would close every connection after it, and a retry of ours would double what mqtt.js re-sends.
 * QoS 1 needs nothing here: the caller decides about retrying. QoS 2 needs the two sets below.
 */
export type Session = {
  /** Packet identifiers go on rising, so that a new message never meets an unfinished old one. */
  readonly ids: DefaultMessageIdProvider;
  /** QoS 2, incoming: handed over, PUBREL not yet seen. A copy of it is not handed over again. */
  readonly held: Set<number>;
  /** QoS 2, outgoing: PUBREC seen, so the broker has it and only PUBREL → PUBCOMP is missing. */
  readonly released: Map<number, Settle>;
};

export function createSession(): Session {
  return { ids: new DefaultMessageIdProvider(), held: new Set(), released: new Map() };
}

/** The broker has no session of ours: what was half done will never be finished. */
export function forgetSession(session: Session, why: LinkError): void {
  session.held.clear();
  for (const { reject } of session.released.values()) reject(why);
  session.released.clear();
}
