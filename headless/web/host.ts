import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { type AddressInfo } from 'node:net';
import { type BenchRouter } from '#core/bench';
import { type Log, type Random } from '#core/ports';
import { HeadlessError } from '../errors.ts';
import { checkHost, checkOrigin, cookieName, deny, securityHeaders, sessionOf } from './guard.ts';
import { createSessions, type Sessions } from './session.ts';
import { acceptSockets } from './sockets.ts';

/** Loopback only, whatever the machine's other addresses: the host serves its own user. */
const ADDRESS = '127.0.0.1';
/** A request that sends its header slower than this is not a browser. */
const HEADER_TIMEOUT_MS = 5_000;
/** Its body is sixty bytes; a whole one that takes longer is dribbled. */
const REQUEST_TIMEOUT_MS = 8_000;
const CHECK_INTERVAL_MS = 1_000;
const HEADER_LIMIT_BYTES = 16_384;
/** `{"token":"…"}` and nothing longer. */
const BODY_LIMIT_BYTES = 1_024;
const CONNECTION_LIMIT = 128;

export type WebHost = {
  port: number;
  /** A link that signs one browser in, once. The link handed out before it stops working. */
  newLink(): string;
  close(): Promise<void>;
};

/** Serves the built window and the contract's WebSocket to this machine's browsers. */
export async function startWebHost(options: {
  router: BenchRouter;
  /** Folder of the built window. */
  root: string;
  /** 0: any free one. */
  port: number;
  random: Random;
  log: Log;
}): Promise<WebHost> {
  const { router, root, random, log } = options;
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    // Below, among Node's own, fastify would put its 0 in the place of it: no limit.
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: HEADER_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      maxHeaderSize: HEADER_LIMIT_BYTES,
    },
  });
  app.server.maxConnections = CONNECTION_LIMIT;
  const sessions = createSessions(random);
  const portOf = (): number => (app.server.address() as AddressInfo).port;

  guardRequests(app, portOf);
  answerSession(app, sessions, portOf);
  await app.register(fastifyStatic, {
    root,
    dotfiles: 'deny',
    index: 'index.html',
    // Vite names its assets by their content; only index.html changes under its name.
    setHeaders: (reply, path) => {
      const fixed = path.includes('/assets/');
      void reply.header('cache-control', fixed ? 'max-age=31536000, immutable' : 'no-cache');
    },
  });
  await listen(app, options.port);
  const port = portOf();
  const sockets = acceptSockets({ server: app.server, router, sessions, port, log });

  return {
    port,
    newLink: () => `http://${ADDRESS}:${port}/#token=${sessions.newToken()}`,
    async close() {
      sockets.close();
      await app.close();
    },
  };
}

function guardRequests(app: FastifyInstance, portOf: () => number): void {
  app.addHook('onRequest', async (request, reply) => {
    const port = portOf();
    reply.headers(securityHeaders(port));
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const denied =
      checkHost(request.headers, port) ?? (reads ? null : checkOrigin(request.headers, port));
    if (denied) await reply.code(denied.status).send(denied.refusal);
  });
  app.setNotFoundHandler(async (_request, reply) => {
    const { status, refusal } = deny(404, 'NOT_FOUND', 'there is nothing at this path', portOf());
    await reply.code(status).send(refusal);
  });
  app.setErrorHandler(async (error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    const { refusal } = deny(status, 'BAD_REQUEST', error.message, portOf());
    await reply.code(status).send(refusal);
  });
}

function answerSession(app: FastifyInstance, sessions: Sessions, portOf: () => number): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/session')) reply.header('cache-control', 'no-store');
  });
  const refuse = (reason: string) => deny(401, 'TOKEN_REFUSED', reason, portOf());

  app.post('/session', async (request, reply) => {
    const token = (request.body as { token?: unknown } | null | undefined)?.token;
    const session = typeof token === 'string' ? sessions.exchange(token) : null;
    if (session === null) {
      const { status, refusal } = refuse('this link was used already, or never was one');
      return reply.code(status).send(refusal);
    }
    const cookie = `${cookieName(portOf())}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    return reply.code(204).header('set-cookie', cookie).send();
  });
  /** After a reload: is this browser still signed in? */
  app.get('/session', async (request, reply) => {
    if (sessions.isOpen(sessionOf(request.headers, portOf()))) return reply.code(204).send();
    const { status, refusal } = refuse('this browser is not signed in');
    return reply.code(status).send(refusal);
  });
}

async function listen(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host: ADDRESS, port });
  } catch (cause) {
    await app.close();
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') {
      throw new HeadlessError('PORT_IN_USE', `port ${port} on ${ADDRESS} is taken`, {
        next: 'choose another with --port, or leave it out for any free one',
        cause,
      });
    }
    if (code === 'EACCES') {
      throw new HeadlessError('PORT_FORBIDDEN', `this user may not listen on port ${port}`, {
        next: 'choose a port above 1023 with --port',
        cause,
      });
    }
    throw cause;
  }
}
