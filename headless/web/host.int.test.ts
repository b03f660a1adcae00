import { mkdir, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Bench, createBench } from '#core/bench';
import { silentLog, systemRandom } from '#core/ports';
import { tempDir, type TempDir } from '#core/testing';
import { startWebHost, type WebHost } from './host.ts';
import { FRAME_LIMIT_BYTES } from './sockets.ts';

let folder: TempDir;
let bench: Bench;
let host: WebHost;
let origin: string;

beforeEach(async () => {
  folder = await tempDir();
  await mkdir(folder.join('window', 'assets'), { recursive: true });
  await writeFile(folder.join('window', 'index.html'), '<!doctype html><title>bench</title>');
  await writeFile(folder.join('window', 'assets', 'index-abc.js'), 'export {};');
  await writeFile(folder.join('secret.txt'), 'not for the web');
  bench = await createBench({
    workspaceDir: folder.join('workspace'),
    host: 'headless',
    version: '0.0.0',
  });
  host = await open(0);
  origin = `http://127.0.0.1:${host.port}`;
});
afterEach(async () => {
  await host.close();
  await bench.close();
  await folder.remove();
});

const open = (port: number): Promise<WebHost> =>
  startWebHost({
    router: bench.router,
    root: folder.join('window'),
    port,
    random: systemRandom,
    log: silentLog,
  });

type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};

/** `fetch` would correct the very headers and paths that these tests are about. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: Partial<Record<'method' | 'body', string>> & {
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: host.port, path, method, headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (text += piece));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const tokenOf = (link: string): string => link.split('#token=')[1]!;

const exchange = (token: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...headers },
    body: JSON.stringify({ token }),
  });

async function signIn(): Promise<string> {
  const answer = await exchange(tokenOf(host.newLink()));
  expect(answer.status).toBe(204);
  return String(answer.headers['set-cookie']).split(';')[0]!;
}

/** Resolves to 101, or to the status with which the upgrade was refused. */
function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

describe('the web host', () => {
  it('serves the window with a policy that lets nothing else in', async () => {
    const answer = await ask('/');
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('<title>bench</title>');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
    const asset = await ask('/assets/index-abc.js');
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  it('listens on loopback only', async () => {
    const elsewhere = await new Promise<string>((resolve) => {
      const socket = connect(host.port, '127.0.0.2');
      socket.on('connect', () => {
        socket.destroy();
        resolve('connected');
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    expect(elsewhere).toBe('ECONNREFUSED');
  });

  it('gives a cookie for the token, that scripts and other sites cannot use', async () => {
    const answer = await exchange(tokenOf(host.newLink()));
    expect(answer.status).toBe(204);
    const cookie = String(answer.headers['set-cookie']);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await ask('/session', { headers: { cookie } })).status).toBe(204);
    expect((await ask('/session')).status).toBe(401);
  });

  it('refuses a wrong token and leaves the right one working', async () => {
    const token = tokenOf(host.newLink());
    const answer = await exchange(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'TOKEN_REFUSED' });
    expect((await exchange(token)).status).toBe(204);
  });

  it('takes a token once, and a new link ends the one before', async () => {
    const first = tokenOf(host.newLink());
    expect((await exchange(first)).status).toBe(204);
    expect((await exchange(first)).status).toBe(401);
    const second = tokenOf(host.newLink());
    host.newLink();
    expect((await exchange(second)).status).toBe(401);
  });

  it.each(['', '{}', '{"token":7}', 'no json', `{"token":"${'a'.repeat(2_000)}"}`])(
    'refuses the sign-in %#, and lives',
    async (body) => {
      const headers = { 'content-type': 'application/json', origin };
      const answer = await ask('/session', { method: 'POST', headers, body });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect((await ask('/')).status).toBe(200);
    },
  );

  it.each(['evil.example', '127.0.0.1', '[::1]:1', 'localhost.evil.example'])(
    'refuses the host name "%s"',
    async (name) => {
      const answer = await ask('/', { headers: { host: name } });
      expect([400, 421]).toContain(answer.status);
      expect(answer.body).not.toContain('<title>');
    },
  );

  it('answers under localhost with its own port', async () => {
    expect((await ask('/', { headers: { host: `localhost:${host.port}` } })).status).toBe(200);
  });

  it('refuses a write that comes from another site, or does not say from where', async () => {
    const token = tokenOf(host.newLink());
    for (const foreign of ['http://evil.example', 'null', `https://127.0.0.1:${host.port}`, '']) {
      expect((await exchange(token, { origin: foreign })).status).toBe(403);
    }
    expect((await exchange(token)).status).toBe(204);
  });

  it('opens a WebSocket only for a signed-in window of its own', async () => {
    const cookie = await signIn();
    expect(await upgrade({ cookie, origin })).toBe(101);
    expect(await upgrade({ origin })).toBe(401);
    expect(await upgrade({ cookie: `${cookie}x`, origin })).toBe(401);
    expect(await upgrade({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await upgrade({ cookie })).toBe(403);
    expect(await upgrade({ cookie, origin, host: 'evil.example' })).toBe(421);
    expect(await upgrade({ cookie, origin }, '/elsewhere')).toBe(404);
  });

  it('closes a window that sends an oversized frame, and serves the next', async () => {
    const cookie = await signIn();
    const code = await new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, {
        headers: { cookie, origin },
      });
      socket.on('open', () => socket.send(Buffer.alloc(FRAME_LIMIT_BYTES + 1, 0x20)));
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    // RFC 6455 section 7.4.1: 1009, message too big.
    expect(code).toBe(1_009);
    expect(await upgrade({ cookie, origin })).toBe(101);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/%00',
    '/.hidden',
  ])('serves nothing outside the window: %s', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('not for the web');
  });

  it('refuses a taken port with its number and what to do', async () => {
    await expect(open(host.port)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      reason: expect.stringContaining(String(host.port)) as string,
    });
  });

  it('drops a connection that does not finish its header', async () => {
    const ended = await new Promise<string>((resolve) => {
      const socket = connect(host.port, '127.0.0.1');
      let text = '';
      socket.write('GET / HTTP/1.1\r\nHost: 127');
      socket.on('data', (piece) => (text += piece.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(ended).toContain('408');
  }, 15_000);
});
