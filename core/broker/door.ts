import type { Socket } from 'node:net';
import type { ClientCertificate } from './certificate.ts';
import type { Fault } from './refusal.ts';
import type { readTls } from './tls.ts';
import type { Visitor } from './visitor.ts';

/**
 * `required`: the name in the client's certificate is its identity. `optional-with-password`:
 * so it is where there is one; others give user and password. `none`: all give user and password.
 */
export type ClientCertificates = 'required' | 'optional-with-password' | 'none';

export type Arrivals = {
  /**
   * For one listener: may this connection go on? Otherwise it has been ended and told. Each counts
   * for itself: a crowd at the door for passwords does not shut the one for certificates.
   */
  readonly turnstile: () => (socket: Socket) => boolean;
  readonly visit: (visitor: Visitor) => void;
  /** Told with the certificate, where one was shown. */
  readonly tell: (address: string, fault: Fault, shown?: ClientCertificate | null) => void;
  /** For an engineer to read: nobody is refused for it. */
  readonly warn: (code: 'CRL_OVERDUE', detail: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly handshakeTimeoutMs: number;
  readonly packetBytes: number;
};

/** What stands behind a port: takes a connection that was let in as far as MQTT. */
export type Door = {
  readonly receive: (socket: Socket) => void;
  readonly setTls?: (set: Awaited<ReturnType<typeof readTls>>) => void;
};
