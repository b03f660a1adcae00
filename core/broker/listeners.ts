import { type AddressInfo, type Server, type Socket, createServer, isIPv6 } from 'node:net';
import { type TlsOptions, createSecureContext, createServer as createTlsServer } from 'node:tls';
import { BrokerError, codeOf, messageOf } from './errors.ts';

export type ListenerOptions =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      /** 0: any free port. */
      readonly port: number;
      /** Passwords and messages go unencrypted: leaving this machine must be asked for. */
      readonly allowRemote?: boolean;
    }
  | {
      readonly kind: 'tls';
      readonly host: string;
      readonly port: number;
      /** PEM, as are `cert` and `ca`. */
      readonly key: string;
      readonly cert: string;
      readonly ca: string;
      /** true: the name in a client's certificate is its identity. false: user and password. */
      readonly requestClientCert: boolean;
    };

export type Endpoint = {
  readonly kind: 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  /** mqtt://… or mqtts://… */
  readonly url: string;
};

export type Listener = {
  readonly endpoint: Endpoint;
  /** Takes no more connections; resolves when those it had are gone. */
  close(): Promise<void>;
};

export type Arrivals = {
  onSocket: (socket: Socket) => void;
  onHandshakeError: (error: Error, socket: Socket) => void;
  handshakeTimeoutMs: number;
};

/**
 * @throws BrokerError PORT_IN_USE, LISTEN_FAILED, REMOTE_NOT_ALLOWED, TLS_INVALID
 */
export async function openListener(
  options: ListenerOptions,
  arrivals: Arrivals,
): Promise<Listener> {
  if (options.kind === 'tcp' && !isLoopback(options.host) && options.allowRemote !== true) {
    throw new BrokerError(
      'REMOTE_NOT_ALLOWED',
      `${options.host} can be reached from other machines, and this listener has no TLS`,
      { next: 'Use 127.0.0.1 or a TLS listener, or confirm that passwords may go unencrypted.' },
    );
  }
  const server = options.kind === 'tcp' ? plainServer(arrivals) : tlsServer(options, arrivals);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const { kind, host } = options;
  const shown = isIPv6(host) ? `[${host}]` : host;
  const scheme = kind === 'tls' ? 'mqtts' : 'mqtt';
  return {
    endpoint: { kind, host, port, url: `${scheme}://${shown}:${String(port)}` },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Nagle's algorithm and delayed acknowledgements together cost a QoS 1 round trip 88 ms. */
const NO_DELAY = { noDelay: true, keepAlive: true } as const;

function plainServer(arrivals: Arrivals): Server {
  return createServer(NO_DELAY, arrivals.onSocket);
}

function tlsServer(options: Extract<ListenerOptions, { kind: 'tls' }>, arrivals: Arrivals): Server {
  const { key, cert, ca, requestClientCert } = options;
  const settings: TlsOptions & { noDelay: boolean } = {
    ...NO_DELAY,
    key,
    cert,
    ca,
    minVersion: 'TLSv1.2',
    requestCert: requestClientCert,
    rejectUnauthorized: requestClientCert,
    handshakeTimeout: arrivals.handshakeTimeoutMs,
  };
  try {
    createSecureContext(settings);
  } catch (error) {
    throw new BrokerError('TLS_INVALID', `the TLS listener cannot start: ${messageOf(error)}`, {
      next: 'Give a PEM key with the certificate that belongs to it, and the CA of the clients.',
      cause: error,
    });
  }
  const server = createTlsServer(settings, arrivals.onSocket);
  server.on('tlsClientError', arrivals.onHandshakeError);
  return server;
}

function listen(server: Server, { host, port }: ListenerOptions): Promise<void> {
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

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
