import type { Socket } from 'node:net';
import type { Clock } from '#core/ports';
import type { BrokerEvent } from './events.ts';
import { type BrokerLimits, createConnectRate } from './limits.ts';
import type { Arrivals } from './door.ts';
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
  emit: (event: BrokerEvent) => void;
  onVisit: (visitor: Visitor) => void;
}): Reception {
  const { limits, clock, emit } = deps;
  const sockets = new Set<Socket>();
  const visitors = new Set<Visitor>();
  const mayConnect = createConnectRate(limits, clock);

  function turnAway(socket: Socket, why: Fault): false {
    const address = socket.remoteAddress ?? '';
    socket.destroy();
    emit({ kind: 'refused', at: clock.now(), clientId: '', user: '', address, ...why });
    return false;
  }

  return {
    enter: (socket) => {
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
    },
    visit: (visitor) => {
      visitors.add(visitor);
      visitor.stream.once('close', () => {
        visitors.delete(visitor);
      });
      deps.onVisit(visitor);
    },
    tell: (address, { code, detail: why }) => {
      const detail = `${address === '' ? 'a client' : address}: ${why}`;
      emit({ kind: 'refused', at: clock.now(), clientId: '', user: '', address, code, detail });
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
