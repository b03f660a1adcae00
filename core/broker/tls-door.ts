import type { Socket } from 'node:net';
import { type TLSSocket, type TlsOptions, createServer } from 'node:tls';
import { type ClientCertificate, judgeCertificate } from './certificate.ts';
import { handshakeFault } from './handshake.ts';
import type { Arrivals, ClientCertificates, Door } from './door.ts';
import { fault } from './refusal.ts';
import type { TlsSetUp } from './tls.ts';

/** Who was refused for its certificate has this long to say CONNECT and hear the answer. */
const FAREWELL_MS = 2_000;

/**
 * TLS in front of `onSecure`. A client with a certificate that will not do completes the
 * handshake, and is then answered `refusal` without a byte of its being read: Node would
 * otherwise hang up on it, and neither side could say why.
 */
export function createTlsDoor(options: {
  set: TlsSetUp;
  clientCertificates: ClientCertificates;
  arrivals: Arrivals;
  /** Offered by ALPN, RFC 7301. A client that does not ask for any is as welcome. */
  protocol: 'mqtt' | 'http/1.1';
  refusal: Buffer;
  onSecure: (stream: TLSSocket, address: string, certificate: ClientCertificate | null) => void;
}): Door {
  const { clientCertificates, arrivals } = options;
  let set = options.set;
  let told: TlsSetUp | null = null;
  const settings: TlsOptions = {
    ...set.settings,
    requestCert: clientCertificates !== 'none',
    // The judgement is ours, below.
    rejectUnauthorized: false,
    ALPNProtocols: [options.protocol],
    SNICallback: (host, done) => {
      done(null, set.named.get(host.toLowerCase()));
    },
    handshakeTimeout: arrivals.handshakeTimeoutMs,
  };
  const server = createServer(settings, (socket) => {
    const address = socket.remoteAddress ?? '';
    const verdict = judge(socket);
    if (verdict.kind === 'good') {
      options.onSecure(socket, address, verdict.certificate);
      return;
    }
    if (verdict.kind === 'none' && clientCertificates !== 'required') {
      options.onSecure(socket, address, null);
      return;
    }
    const missing = fault('CERT_MISSING', 'showed no client certificate, which is required here');
    if (verdict.kind === 'bad') arrivals.tell(address, verdict.fault, verdict.certificate);
    else arrivals.tell(address, missing);
    answerAndClose(socket, options.refusal);
  });
  server.on('tlsClientError', (error, socket) => {
    arrivals.tell(socket.remoteAddress ?? '', handshakeFault(error));
    socket.on('error', () => undefined);
    socket.destroy();
  });

  function judge(socket: TLSSocket): ReturnType<typeof judgeCertificate> {
    if (clientCertificates === 'none') return { kind: 'none' };
    tellOverdueList();
    return judgeCertificate(socket, set.revocations, arrivals.now());
  }

  /** Once for each list, when somebody comes who is held against it. */
  function tellOverdueList(): void {
    const { nextUpdate } = set.revocations;
    if (set === told || nextUpdate === null || arrivals.now() <= nextUpdate) return;
    told = set;
    const since = new Date(nextUpdate).toISOString();
    arrivals.warn(
      'CRL_OVERDUE',
      `a newer revocation list was due ${since}: what the old one takes back stays out, and what was revoked since is not known here`,
    );
  }

  return {
    receive: (socket: Socket) => {
      server.emit('connection', socket);
    },
    setTls: (next) => {
      server.setSecureContext(next.settings);
      set = next;
    },
  };
}

function answerAndClose(socket: TLSSocket, answer: Buffer): void {
  const timer = setTimeout(() => {
    socket.destroy();
  }, FAREWELL_MS);
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearTimeout(timer);
  });
  // Taken off the wire and thrown away: what is left unread would reset the connection, and
  // the answer with it.
  socket.resume();
  socket.once('data', () => {
    socket.end(answer);
  });
  socket.once('end', () => {
    socket.destroy();
  });
}
