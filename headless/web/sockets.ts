import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type BenchRouter, serveWire, socketWire } from '#core/bench';
import { type Log } from '#core/ports';
import { checkHost, checkOrigin, type Denied, deny, sessionOf } from './guard.ts';
import { type Sessions } from './session.ts';

const SOCKET_PATH = '/rpc';
/** A firmware chunk is at most 1.4 MB of base64; nothing else comes near. */
export const FRAME_LIMIT_BYTES = 4 * 1_024 * 1_024;
/** Windows open at once. */
const SOCKET_LIMIT = 16;

/** Takes WebSockets from signed-in windows of this very host, and serves the contract on each. */
export function acceptSockets(options: {
  server: Server;
  router: BenchRouter;
  sessions: Sessions;
  port: number;
  log: Log;
}): { close(): void } {
  const { server, router, sessions, port, log } = options;
  const accepted = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_LIMIT_BYTES,
    perMessageDeflate: false,
  });

  const judge = (request: IncomingMessage): Denied | null => {
    const path = (request.url ?? '').split('?')[0];
    if (path !== SOCKET_PATH) return deny(404, 'NOT_FOUND', 'no WebSocket at this path', port);
    const foreign = checkHost(request.headers, port) ?? checkOrigin(request.headers, port);
    if (foreign) return foreign;
    if (!sessions.isOpen(sessionOf(request.headers, port))) {
      return deny(401, 'TOKEN_REFUSED', 'this browser is not signed in', port);
    }
    if (accepted.clients.size >= SOCKET_LIMIT) {
      return deny(503, 'TOO_MANY_WINDOWS', `${SOCKET_LIMIT} windows are open already`, port);
    }
    return null;
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A peer that resets during the handshake is its own affair.
    socket.on('error', () => socket.destroy());
    const denied = judge(request);
    if (denied) {
      log('warn', 'a WebSocket was refused', { code: denied.refusal.code });
      refuse(socket, denied);
      return;
    }
    accepted.handleUpgrade(request, socket, head, (client) => {
      client.on('error', (error) => log('warn', 'a window went away', { reason: error.message }));
      serveWire(router, socketWire(client), log);
    });
  });

  return {
    close() {
      for (const client of accepted.clients) client.terminate();
      accepted.close();
    },
  };
}

function refuse(socket: Duplex, { status, refusal }: Denied): void {
  const body = JSON.stringify(refusal);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
    // Left half open, a peer that never closes would keep one of the few places.
    () => socket.destroy(),
  );
}
