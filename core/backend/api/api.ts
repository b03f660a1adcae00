import swagger from '@fastify/swagger';
import { fastify, type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { type PeerCertificate, Server, TLSSocket } from 'node:tls';
import { isCodedError, type Log } from '#core/ports';
import { decodePayload, ProtocolError } from '#core/protocol';
import { BackendError } from '../errors.ts';
import { addArtifacts } from './artifacts.ts';
import type { ApiDeps } from './deps.ts';
import { ApiError, PROBLEM_TYPE, problemOf } from './problem.ts';
import { addRoutes } from './routes.ts';

export type ApiOptions = {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly tls: ApiTls;
  /** Whether the certificate of this SHA-256 fingerprint, hex, was taken back; nobody's unless given. */
  readonly isRevoked?: (fingerprint: string) => boolean;
};

/** PEM contents. `ca` is who may come in. */
export type ApiTls = { readonly key: string; readonly cert: string; readonly ca: string };

export type Api = {
  readonly url: string;
  /** For connections to come; with another `ca`, those there are end. */
  setTls(tls: ApiTls): void;
  close(): Promise<void>;
};

const TLS = { minVersion: 'TLSv1.2' } as const;
/** A notification or a question is a few hundred bytes. */
const BODY_LIMIT = 65_536;
/** From the first byte of a request to its last; the answer may take as long as it takes. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A peer that stops reading an image for this long has gone. */
const SILENCE_LIMIT_MS = 60_000;

/**
 * The backend's HTTPS API. Nobody comes in without a certificate of the CA.
 *
 * @throws BackendError PORT_IN_USE, API_FAILED
 */
export async function startApi(options: ApiOptions, deps: ApiDeps): Promise<Api> {
  const app = build(options, deps.log);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'OTA Bench backend', version: '1' } },
  });
  // Routes belong after swagger has its hook in.
  await app.register((routes, _options, done) => {
    addArtifacts(routes, deps.catalogue);
    addRoutes(routes, { ...deps, identityOf });
    done();
  });
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    throw notListening(error, options);
  }
  const address = app.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : options.port;
  let { ca } = options.tls;
  return {
    url: `https://${options.host}:${String(port)}`,
    setTls: (tls) => {
      const { server } = app;
      // fastify's types know no HTTPS here; Node's https.Server is a tls.Server.
      if (server instanceof Server) server.setSecureContext({ ...tls, ...TLS });
      if (tls.ca !== ca) server.closeAllConnections();
      ({ ca } = tls);
    },
    close: async () => {
      await app.close();
    },
  };
}

function build({ tls, isRevoked = () => false }: ApiOptions, log: Log): FastifyInstance {
  const app = fastify({
    https: { ...tls, ...TLS, requestCert: true, rejectUnauthorized: true },
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_LIMIT_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  app.server.on('tlsClientError', (error: Error, socket: { remoteAddress?: string }) => {
    // The peer learns no more than TLS tells it; why stands here.
    log('warn', 'a peer was refused at the TLS handshake: it needs a certificate of this CA', {
      peer: socket.remoteAddress,
      error: error.message,
    });
  });
  // Asked for each request, so that a connection made before ends with it.
  app.addHook('onRequest', async (request) => {
    const certificate = certificateOf(request);
    const fingerprint = certificate?.fingerprint256.replaceAll(':', '').toLowerCase();
    if (fingerprint === undefined || !isRevoked(fingerprint)) return;
    const reason = `the certificate of ${identityOf(request)} was revoked`;
    log('warn', reason, { peer: request.ip });
    throw new ApiError(403, 'CERTIFICATE_REVOKED', reason, 'Ask with a certificate issued anew.');
  });
  // zod parses in the handlers; the JSON schemas are for the OpenAPI document.
  app.setValidatorCompiler(() => (value: unknown) => ({ value }));
  app.setSerializerCompiler(() => (value: unknown) => JSON.stringify(value));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (_request, body: Buffer, done) => {
      try {
        done(null, decodePayload(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const known = apiErrorOf(error);
    if (known.status >= 500) log('error', 'the backend API failed', { error });
    return reply.code(known.status).type(PROBLEM_TYPE).send(problemOf(known));
  });
  app.setNotFoundHandler((request, reply) => {
    const reason = `${request.method} ${request.url.slice(0, 200)} is not offered here`;
    const error = new ApiError(404, 'NOT_FOUND', reason, 'See /openapi.json for what is.');
    return reply.code(404).type(PROBLEM_TYPE).send(problemOf(error));
  });
  return app;
}

/** CN of the peer's certificate. The handshake has checked who signed it. */
function identityOf(request: FastifyRequest): string {
  const CN = certificateOf(request)?.subject.CN;
  return (Array.isArray(CN) ? CN[0] : CN) ?? '';
}

function certificateOf(request: FastifyRequest): PeerCertificate | null {
  const { socket } = request.raw;
  return socket instanceof TLSSocket ? socket.getPeerCertificate() : null;
}

function apiErrorOf(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ProtocolError) {
    return new ApiError(
      error.code === 'TOO_LARGE' ? 413 : 400,
      error.code,
      error.reason,
      error.next,
    );
  }
  switch (error.statusCode) {
    case 413: {
      const reason = `the body is larger than ${String(BODY_LIMIT)} bytes`;
      return new ApiError(413, 'TOO_LARGE', reason, 'Shorten it.');
    }
    case 415: {
      const next = 'Send a JSON body with Content-Type: application/json.';
      return new ApiError(415, 'MEDIA_TYPE', 'the body is not declared as application/json', next);
    }
    case 400:
      return new ApiError(400, 'BAD_REQUEST', error.message, 'Correct the request.');
    default: {
      const code = isCodedError(error) ? error.code : 'INTERNAL';
      return new ApiError(500, code, 'the backend failed to answer', 'See the log of the backend.');
    }
  }
}

function notListening(error: unknown, { host, port }: ApiOptions): BackendError {
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return new BackendError(
    inUse ? 'PORT_IN_USE' : 'API_FAILED',
    inUse
      ? `port ${String(port)} of ${host} is taken by another program`
      : `the backend API did not start on ${host}:${String(port)}: ${String(error)}`,
    { next: 'Choose another port in Settings, or 0 for any free one.', cause: error },
  );
}
