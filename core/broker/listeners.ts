import { type AddressInfo, type Server, createServer, isIPv6 } from 'node:net';
import { BrokerError, codeOf } from './errors.ts';
import type { Arrivals, ClientCertificates, Door } from './door.ts';
import { createTlsDoor } from './tls-door.ts';
import { type TlsMaterial, readTls } from './tls.ts';
import type { ListenerKind } from './visitor.ts';
import { createWebSocketDoor } from './websocket-door.ts';

type Place = {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Other machines may connect: must be asked for. */
  readonly allowRemote?: boolean;
};

type Secured = TlsMaterial & { readonly clientCertificates: ClientCertificates };

/** Pages whose `Origin` is listed may connect; programs, which send none, always may. */
type Web = { readonly origins?: readonly string[] };

export type ListenerOptions =
  | ({ readonly kind: 'tcp' } & Place)
  | ({ readonly kind: 'tls' } & Place & Secured)
  | ({ readonly kind: 'ws' } & Place & Web)
  | ({ readonly kind: 'wss' } & Place & Secured & Web);

export type Endpoint = {
  readonly kind: ListenerKind;
  readonly host: string;
  readonly port: number;
  /** mqtt://…, mqtts://…, ws://… or wss://… */
  readonly url: string;
};

export type Listener = {
  readonly endpoint: Endpoint;
  /** For connections to come. Nothing to do for a listener without TLS. */
  readonly setTls: (set: Awaited<ReturnType<typeof readTls>>) => void;
  /** Takes no more connections; resolves when those it had are gone. */
  close(): Promise<void>;
};

/**
 * @throws BrokerError PORT_IN_USE, LISTEN_FAILED, REMOTE_NOT_ALLOWED, TLS_INVALID
 */
export async function openListener(
  options: ListenerOptions,
  arrivals: Arrivals,
): Promise<Listener> {
  const { kind, host } = options;
  if (!isLoopback(host) && options.allowRemote !== true) {
    throw new BrokerError('REMOTE_NOT_ALLOWED', `${host} can be reached from other machines`, {
      next: 'Use 127.0.0.1, or confirm that other machines may connect to this listener.',
    });
  }
  const door = await makeDoor(options, arrivals);
  const mayEnter = arrivals.turnstile();
  const server = createServer(NO_DELAY, (socket) => {
    // Whoever leaves early is noticed by `close`; unheard, an error would end the process.
    socket.on('error', () => undefined);
    if (mayEnter(socket)) door.receive(socket);
  });
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const shown = isIPv6(host) ? `[${host}]` : host;
  return {
    endpoint: { kind, host, port, url: `${SCHEME[kind]}://${shown}:${String(port)}` },
    setTls: (set) => door.setTls?.(set),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

const SCHEME: Record<ListenerKind, string> = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' };

/** Nagle's algorithm and delayed acknowledgements together cost a QoS 1 round trip 88 ms. */
const NO_DELAY = { noDelay: true, keepAlive: true } as const;

async function makeDoor(options: ListenerOptions, arrivals: Arrivals): Promise<Door> {
  switch (options.kind) {
    case 'tcp':
      return {
        receive: (socket) => {
          const address = socket.remoteAddress ?? '';
          arrivals.visit({ stream: socket, address, via: 'tcp', certificate: null });
        },
      };
    case 'tls':
      return createTlsDoor({
        set: await readTls(options),
        clientCertificates: options.clientCertificates,
        arrivals,
        protocol: 'mqtt',
        refusal: NOT_AUTHORIZED,
        onSecure: (stream, address, certificate) => {
          arrivals.visit({ stream, address, via: 'tls', certificate });
        },
      });
    case 'ws': {
      const web = createWebSocketDoor({ origins: options.origins ?? [], arrivals });
      return {
        receive: (socket) => {
          web.receive(socket, socket.remoteAddress ?? '', 'ws', null);
        },
      };
    }
    case 'wss': {
      const web = createWebSocketDoor({ origins: options.origins ?? [], arrivals });
      return createTlsDoor({
        set: await readTls(options),
        clientCertificates: options.clientCertificates,
        arrivals,
        protocol: 'http/1.1',
        refusal: FORBIDDEN,
        onSecure: (stream, address, certificate) => {
          web.receive(stream, address, 'wss', certificate);
        },
      });
    }
  }
}

/** CONNACK with return code 5, MQTT 3.1.1 section 3.2. */
const NOT_AUTHORIZED = Buffer.from([0x20, 2, 0, 5]);
const FORBIDDEN = Buffer.from(
  'HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
);

function listen(server: Server, { host, port }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(listenError(error, host, port));
    });
    server.listen({ host, port, exclusive: true }, () => {
      resolve();
    });
  });
}

function listenError(error: Error, host: string, port: number): BrokerError {
  const place = `${host}:${String(port)}`;
  if (codeOf(error) === 'EADDRINUSE') {
    return new BrokerError('PORT_IN_USE', `port ${String(port)} on ${host} is already in use`, {
      next: 'Stop the program that uses it, another broker perhaps, or choose another port.',
      cause: error,
    });
  }
  return new BrokerError('LISTEN_FAILED', `cannot listen on ${place}: ${error.message}`, {
    next: 'Choose an address of this machine and a port above 1023.',
    cause: error,
  });
}

/** Whether only this machine reaches it. What is no plain loopback name or address counts as open. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
