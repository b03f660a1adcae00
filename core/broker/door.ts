import type { Socket } from 'node:net';
import type { Fault } from './refusal.ts';
import type { readTls } from './tls.ts';
import type { Visitor } from './visitor.ts';

/**
 * `required`: the name in the client's certificate is its identity. `optional-with-password`:
 * so it is where there is one; others give user and password. `none`: all give user and password.
 */
export type ClientCertificates = 'required' | 'optional-with-password' | 'none';

export type Arrivals = {
  /** May this connection go on? Otherwise it has been ended and told. */
  readonly enter: (socket: Socket) => boolean;
  readonly visit: (visitor: Visitor) => void;
  readonly tell: (address: string, fault: Fault) => void;
  readonly handshakeTimeoutMs: number;
  readonly packetBytes: number;
};

/** What stands behind a port: takes a connection that was let in as far as MQTT. */
export type Door = {
  readonly receive: (socket: Socket) => void;
  readonly setTls?: (set: Awaited<ReturnType<typeof readTls>>) => void;
};
