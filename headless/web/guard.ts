import { type IncomingHttpHeaders } from 'node:http';
import { type Refusal } from '#core/ports';

export type Denied = { status: number; refusal: Refusal };

/** The names under which this host answers; anything else may be another site's name pointed at us. */
const NAMES = ['127.0.0.1', 'localhost'];

/** The cookie carries the port: cookies of one machine are shared by all its ports. */
export const cookieName = (port: number): string => `ota_bench_${port}`;

/** DNS rebinding: a page of another site reaches loopback only under its own name. */
export function checkHost(headers: IncomingHttpHeaders, port: number): Denied | null {
  const host = headers.host ?? '';
  if (NAMES.some((name) => host === `${name}:${port}`)) return null;
  return deny(421, 'HOST_FOREIGN', `the request names the host "${shown(host)}"`, port);
}

/** Cross-site requests: a browser always says where a write or a WebSocket comes from. */
export function checkOrigin(headers: IncomingHttpHeaders, port: number): Denied | null {
  const { origin = '', host = '' } = headers;
  if (origin === `http://${host}`) return null;
  return deny(403, 'ORIGIN_FOREIGN', `the request comes from "${shown(origin)}"`, port);
}

export function sessionOf(headers: IncomingHttpHeaders, port: number): string {
  const name = `${cookieName(port)}=`;
  const pair = (headers.cookie ?? '').split(/; */).find((each) => each.startsWith(name));
  return pair?.slice(name.length) ?? '';
}

/** Nothing loads from outside, and nothing inline runs: the theme comes as a constructed stylesheet. */
export function securityHeaders(port: number): Record<string, string> {
  const sockets = NAMES.map((name) => `ws://${name}:${port}`).join(' ');
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ${sockets}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
  };
}

export function deny(status: number, code: string, reason: string, port: number): Denied {
  const next = `open the address that the host printed (http://127.0.0.1:${port}/#token=…)`;
  return { status, refusal: { code, reason, next } };
}

/** A header in a message of ours: short, and no control characters. */
function shown(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}
