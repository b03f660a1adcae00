import { request } from 'node:https';
import { type Action, type Outcome } from '#core/scenario';
import { BenchError } from '../errors.ts';
import { type Connections } from './connections.ts';
import { type LabBench } from './site.ts';

type Request = Extract<Action, { do: 'request' }>;
export type Answer = { status: number; json: unknown };

/** OpenSSL's own words are in `reason`; `message` has its place in the library as well. */
type TlsError = NodeJS.ErrnoException & { reason?: string };

/** An answer of the API is JSON of a few lines, or firmware of which the status is enough. */
const ANSWER_LIMIT = 65_536;
const ANSWER_MS = 10_000;

/** Asks the backend's HTTPS API as somebody; a refusal is the API's own code, or that of TLS. */
export async function askApi(
  step: Request,
  { backend }: LabBench,
  connections: Connections,
): Promise<{ outcome: Outcome; answer: Answer | null }> {
  const url = backend()?.apiUrl ?? null;
  if (url === null) {
    throw new BenchError('BACKEND_OFF', 'the backend has no HTTPS API now', {
      next: 'start the backend before this step',
    });
  }
  const tls = await connections.tlsOf(step.as);
  try {
    const answer = await ask(new URL(step.path, url), step, tls);
    const told = `${step.method} ${step.path}: ${String(answer.status)}`;
    if (answer.status < 400) return { outcome: { kind: 'accepted', detail: told }, answer };
    const { code, reason } = problemIn(answer);
    return { outcome: { kind: 'refused', code, reason: `${told}, ${reason}` }, answer };
  } catch (error) {
    const { code = 'UNREACHABLE', message, reason = message } = error as TlsError;
    // A server of TLS 1.3 finds fault with a certificate after the client thinks itself connected.
    const atTls = code.startsWith('ERR_SSL') || code === 'ECONNRESET' || code === 'EPROTO';
    const named = atTls ? 'TLS_CLIENT_REFUSED' : code;
    return { outcome: { kind: 'refused', code: named, reason }, answer: null };
  }
}

function ask(
  url: URL,
  { method, json }: Request,
  tls: { ca: string; cert?: string; key?: string },
): Promise<Answer> {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method, headers, ...tls, agent: false, timeout: ANSWER_MS },
      (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length <= ANSWER_LIMIT) parts.push(part);
        });
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          resolve({ status: response.statusCode ?? 0, json: jsonOf(text) });
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
    asked.end(body);
  });
}

function problemIn({ status, json }: Answer): { code: string; reason: string } {
  const { code, reason } = (json ?? {}) as { code?: unknown; reason?: unknown };
  if (typeof code === 'string') return { code, reason: String(reason) };
  return { code: `HTTP_${String(status)}`, reason: 'no problem document' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
