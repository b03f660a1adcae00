import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { APP_HOST, APP_SCHEME } from '../channel/index.ts';

/** What our own page may do: nothing inline, nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PAGE_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;

/** Under `nosniff` a wrong type is a refused script, so only what we ship is listed. */
const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/**
 * Answers `app://bench/…` from `root` and nothing outside it. Every answer carries the policy.
 *
 * @param onMissing told of a file of ours that is not there: the page asks for none that was not built
 */
export function servePage(
  root: string,
  onMissing: (file: string) => void = () => undefined,
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405);
    const file = fileWithin(root, request.url);
    if (file === null) return plain(404);
    const type = MIME[extname(file).toLowerCase()];
    if (type === undefined) return plain(404);
    const bytes = await readOrNull(file);
    if (bytes === null) {
      if (!file.endsWith('.map')) onMissing(file);
      return plain(404);
    }
    return new Response(request.method === 'HEAD' ? null : bytes, {
      status: 200,
      headers: { ...PAGE_HEADERS, 'content-type': type },
    });
  };
}

/** True for our own page, whatever its query or fragment; false for every other address. */
export function isOurPage(address: string): boolean {
  const url = URL.parse(address);
  return isOurs(url) && (url.pathname === '/' || url.pathname === '/index.html');
}

export function isOurs(url: URL | null): url is URL {
  // Node gives a scheme it does not know the origin "null", so the parts are compared instead.
  return url !== null && url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST;
}

function fileWithin(root: string, address: string): string | null {
  const url = URL.parse(address);
  if (!isOurs(url)) return null;
  const path = decodeOrNull(url.pathname);
  // A backslash separates folders on Windows and an encoded slash escapes URL normalisation,
  // so the decoded text is judged, then the resolved path once more.
  if (path === null || path.includes('\\') || path.includes('\0') || path.includes(':'))
    return null;
  const file = join(root, path === '/' ? 'index.html' : path);
  const inside = relative(root, file);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) ? null : file;
}

function decodeOrNull(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

async function readOrNull(file: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readFile(file);
  } catch {
    return null;
  }
}

function plain(status: 404 | 405): Response {
  return new Response(status === 404 ? 'not found' : 'method not allowed', {
    status,
    headers: { ...PAGE_HEADERS, 'content-type': 'text/plain; charset=utf-8' },
  });
}
