import type { Socket } from 'node:net';
import type { Clock, Log } from '#core/ports';
import type { BrokerEvent } from './events.ts';
import { type BrokerLimits, createConnectRate } from './limits.ts';
import type { ClientCertificate } from './certificate.ts';
import type { Arrivals } from './door.ts';
import { shownName } from './names.ts';
import { type Fault, fault } from './refusal.ts';
import type { Visitor } from './visitor.ts';

/** Everybody who is on a socket of ours, whether they have said CONNECT or not. */
export type Reception = Arrivals & {
  /** Ends the connections of visitors for whom this is so; how many. */
  readonly cut: (is: (visitor: Visitor) => boolean, onCut: (visitor: Visitor) => void) => number;
  readonly closeAll: () => void;
};

/** Counts connections, by address too, before anything is read from them. */
export function createReception(deps: {
  limits: BrokerLimits;
  clock: Clock;
  log: Log;
  emit: (event: BrokerEvent) => void;
  onVisit: (visitor: Visitor) => void;
}): Reception {
  const { limits, clock, log, emit } = deps;
  const sockets = new Set<Socket>();
  const visitors = new Set<Visitor>();

  function turnAway(socket: Socket, why: Fault): false {
    const address = socket.remoteAddress ?? '';
    socket.destroy();
    emit({ kind: 'refused', at: clock.now(), clientId: '', user: '', address, ...why });
    return false;
  }

  return {
    turnstile: () => {
      const mayConnect = createConnectRate(limits, clock);
      return (socket) => {
        const address = socket.remoteAddress ?? '';
        if (sockets.size >= limits.clients) {
          const detail = `${String(limits.clients)} clients are connected already`;
          return turnAway(socket, fault('TOO_MANY_CLIENTS', detail));
        }
        if (!mayConnect(address)) {
          const detail = `too many connections from ${address}`;
          return turnAway(socket, fault('TOO_MANY_CONNECTIONS', detail));
        }
        sockets.add(socket);
        socket.once('close', () => {
          sockets.delete(socket);
        });
        return true;
      };
    },
    now: () => clock.now(),
    warn: (code, detail) => {
      log('warn', detail, { code });
    },
    visit: (visitor) => {
      visitors.add(visitor);
      visitor.stream.once('close', () => {
        visitors.delete(visitor);
      });
      deps.onVisit(visitor);
    },
    tell: (address, { code, detail: why }, shown) => {
      const detail = `${address === '' ? 'a client' : address}: ${why}`;
      const who = { clientId: '', user: '', address, ...shownAs(shown) };
      emit({ kind: 'refused', at: clock.now(), ...who, code, detail });
    },
    handshakeTimeoutMs: limits.connectTimeoutMs,
    packetBytes: limits.packetBytes,
    cut: (is, onCut) => {
      const found = [...visitors].filter(is);
      for (const visitor of found) {
        onCut(visitor);
        visitor.stream.destroy();
      }
      return found.length;
    },
    closeAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What an event says of a certificate. */
export function shownAs(
  shown: ClientCertificate | null | undefined,
): { certificate: string; cn?: string } | undefined {
  if (!shown) return undefined;
  const { fingerprint: certificate, cn } = shown;
  return cn === null ? { certificate } : { certificate, cn: shownName(cn) };
}
