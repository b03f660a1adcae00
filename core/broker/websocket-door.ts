import { type IncomingMessage, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer, createWebSocketStream } from 'ws';
import type { ClientCertificate } from './certificate.ts';
import type { Arrivals } from './door.ts';
import { fault } from './refusal.ts';

/** MQTT-6.0.0-3 and -4, and the name that came before it. */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];
/** RFC 6455 section 7.4.1: data of a kind that is not taken. */
const UNSUPPORTED_DATA = 1003;
/** A handshake has a dozen headers; cookies of a page are no business of ours. */
const HEADER_BYTES = 8_192;

export type WebSocketDoor = {
  readonly receive: (
    socket: Socket,
    address: string,
    via: 'ws' | 'wss',
    certificate: ClientCertificate | null,
  ) => void;
};

type Guest = {
  readonly address: string;
  /** It has spoken in time. */
  readonly greeted: () => void;
  readonly visit: (stream: Duplex) => void;
};

/** MQTT in WebSocket frames, MQTT 3.1.1 section 6. */
export function createWebSocketDoor(options: {
  /** Origins of pages that may connect, such as `https://bench.example`. */
  origins: readonly string[];
  arrivals: Arrivals;
}): WebSocketDoor {
  const { arrivals } = options;
  const origins = new Set(options.origins);
  const guests = new WeakMap<Duplex, Guest>();
  const http = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    tell(request, 'asks for a page: only WebSocket is spoken here');
    response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
  });
  const sockets = new WebSocketServer({
    noServer: true,
    // MQTT-6.0.0-2: a frame may hold several packets, and a packet several frames.
    maxPayload: 2 * arrivals.packetBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  });
  http.on('clientError', (error, socket) => {
    const guest = guests.get(socket);
    guest?.greeted();
    arrivals.tell(
      guest?.address ?? '',
      fault('WEBSOCKET_REFUSED', `speaks no HTTP: ${error.message}`),
    );
    socket.destroy();
  });
  http.on('upgrade', (request, socket, head) => {
    const guest = guests.get(socket);
    guest?.greeted();
    const why = upgradeFault(request, origins);
    if (why) {
      tell(request, why.detail);
      endWith(socket, answer(why.status));
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      guest?.visit(streamOf(ws));
    });
  });
  sockets.on('wsClientError', (error, socket, request) => {
    tell(request, error.message);
    endWith(socket, answer('400 Bad Request'));
  });

  function tell(request: IncomingMessage, detail: string): void {
    arrivals.tell(request.socket.remoteAddress ?? '', fault('WEBSOCKET_REFUSED', detail));
  }

  return {
    receive: (socket, address, via, certificate) => {
      const timer = setTimeout(() => {
        arrivals.tell(
          address,
          fault('HANDSHAKE_ABANDONED', 'did not finish the WebSocket handshake in time'),
        );
        socket.destroy();
      }, arrivals.handshakeTimeoutMs);
      const greeted = (): void => {
        clearTimeout(timer);
      };
      socket.on('error', () => undefined);
      socket.once('close', greeted);
      guests.set(socket, {
        address,
        greeted,
        visit: (stream) => {
          arrivals.visit({ stream, address, via, certificate });
        },
      });
      http.emit('connection', socket);
    },
  };
}

function upgradeFault(
  { headers }: IncomingMessage,
  origins: ReadonlySet<string>,
): { status: string; detail: string } | null {
  const { origin } = headers;
  // A page anywhere can open a socket to this machine; only a browser sends an origin.
  if (origin !== undefined && !origins.has(origin)) {
    const shown = JSON.stringify(origin);
    return { status: '403 Forbidden', detail: `comes from the page ${shown}, which is not listed` };
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!SUBPROTOCOLS.some((name) => offered.includes(name))) {
    return { status: '400 Bad Request', detail: 'does not offer the WebSocket subprotocol mqtt' };
  }
  return null;
}

/** Gone with its answer: left half open, a peer that never closes would keep its place. */
function endWith(socket: Duplex, text: string): void {
  socket.end(text, () => {
    socket.destroy();
  });
}

function answer(status: string): string {
  return `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
}

function streamOf(ws: WebSocket): Duplex {
  const stream = createWebSocketStream(ws, {
    // A packet is written in pieces: one frame for all of them.
    writev: (pieces: { chunk: Buffer }[], done) => {
      ws.send(Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
    },
  });
  ws.prependListener('message', (_: unknown, isBinary: boolean) => {
    if (isBinary) return;
    // MQTT-6.0.0-1. Destroyed before the text reaches it.
    ws.close(UNSUPPORTED_DATA, 'MQTT goes in binary frames');
    stream.destroy(new Error('sent a text frame; MQTT goes in binary ones'));
  });
  return stream;
}
