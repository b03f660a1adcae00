import { createHash } from 'node:crypto';
import { Agent, buildConnector, request } from 'undici';
import { z } from 'zod';
import { canonicalText } from '#core/signing';
import { refuse } from './errors.ts';
import type { Offer } from './events.ts';

/** Longest silence of the server before the request counts as lost. */
const SILENCE_LIMIT_MS = 15_000;
/**
 * Verify, download and notification follow each other within moments; what comes later may connect
 * anew. The server would keep it for a minute, which a fleet's memory feels.
 */
const IDLE_LIMIT_MS = 3_000;
/** An answer is a few lines of JSON; more is not read. */
const ANSWER_LIMIT_BYTES = 65_536;

export type BackendApiOptions = {
  /** Asked anew for each request: the port may have changed since. Null while there is none. */
  readonly url: () => string | null;
  /** PEM contents; mutual TLS. Read anew for each connection: the certificate may be renewed. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
};

/** The backend's HTTPS API as the DCU uses it. */
export interface BackendApi {
  readonly url: () => string | null;
  /** [D2] Resolves when the backend knows this update for this vehicle. */
  verify(offer: Offer, vin: string, signal: AbortSignal): Promise<void>;
  /** Resolves with the status code. */
  post(path: string, body: object, signal: AbortSignal): Promise<number>;
  get(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{
    readonly status: number;
    readonly header: (name: string) => string | null;
    readonly body: AsyncIterable<Uint8Array>;
    /** Frees the connection without reading on. */
    readonly discard: () => void;
  }>;
  close(): Promise<void>;
}

/** The server could not be asked, or said to come back later: worth trying again. */
export class Unreachable extends Error {}

/** `{verified, reason}` as the backend answers, or RFC 9457 with a code. */
const Answer = z.object({
  verified: z.boolean().optional(),
  code: z.string().optional(),
  reason: z.union([z.string(), z.object({ code: z.string(), detail: z.string() })]).optional(),
});
type Answer = z.infer<typeof Answer>;

export function createBackendApi(options: BackendApiOptions): BackendApi {
  const agent = new Agent({
    connect: (to, done) => {
      const { ca, cert, key } = options.tls;
      buildConnector({ ca, cert, key, timeout: SILENCE_LIMIT_MS })(to, done);
    },
    allowH2: false,
    keepAliveTimeout: IDLE_LIMIT_MS,
    // The server's own hint, else taken instead.
    keepAliveMaxTimeout: IDLE_LIMIT_MS,
    headersTimeout: SILENCE_LIMIT_MS,
    bodyTimeout: SILENCE_LIMIT_MS,
  });

  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    extra: { headers?: Record<string, string>; body?: string },
  ): Promise<Awaited<ReturnType<typeof request>>> => {
    const base = options.url();
    if (base === null) throw new Unreachable('the backend API has no address yet');
    try {
      return await request(new URL(path, base), { dispatcher: agent, method, signal, ...extra });
    } catch (error) {
      signal.throwIfAborted();
      throw new Unreachable(`${method} ${path}: ${detailOf(error)}`, { cause: error });
    }
  };

  const post = async (
    path: string,
    body: object,
    signal: AbortSignal,
  ): Promise<{ status: number; text: string }> => {
    const response = await ask('POST', path, signal, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.statusCode, text: await textOf(response.body) };
  };

  return {
    url: options.url,
    verify: async ({ updateId, ecuId, manifest }, vin, signal) => {
      const { status, text } = await post(
        `/updates/${encodeURIComponent(updateId)}/verify`,
        {
          vin,
          ecuId,
          releaseId: manifest.releaseId,
          manifestSha256: createHash('sha256').update(canonicalText(manifest)).digest('hex'),
          sha256: manifest.firmware.sha256,
          length: manifest.firmware.length,
        },
        signal,
      );
      if (mayPass(status)) throw new Unreachable(`the backend answered ${status}`);
      const answer = answerIn(text);
      if (status === 200 && answer?.verified === true) return;
      throw refuse('BACKEND_DENIED', describe(status, answer));
    },
    post: async (path, body, signal) => (await post(path, body, signal)).status,
    get: async (path, headers, signal) => {
      const response = await ask('GET', path, signal, { headers });
      return {
        status: response.statusCode,
        header: (name) => {
          const value = response.headers[name];
          return typeof value === 'string' ? value : null;
        },
        body: response.body,
        discard: () => {
          // Destroying an unread body emits an error that nobody else would hear.
          response.body.on('error', () => undefined).destroy();
        },
      };
    },
    close: () => agent.destroy(),
  };
}

/** Answers that say "not now" rather than "no". */
export function mayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of body) {
      length += part.byteLength;
      if (length > ANSWER_LIMIT_BYTES) break;
      parts.push(part);
    }
  } catch (error) {
    throw new Unreachable(`the answer broke off: ${detailOf(error)}`, { cause: error });
  }
  return Buffer.concat(parts).toString('utf8');
}

function answerIn(text: string): Answer | null {
  try {
    return Answer.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function describe(status: number, answer: Answer | null): string {
  const reason = answer?.reason;
  if (reason === undefined) return `the backend answered ${status}`;
  return typeof reason === 'string'
    ? `the backend answered ${status}: ${answer?.code ?? ''} ${reason}`
    : `the backend answered ${status}: ${reason.code} ${reason.detail}`;
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
