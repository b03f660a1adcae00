import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createBenchCa } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import {
  openCurl,
  openSite,
  TEST_IMAGE,
  TEST_IMAGE_SHA256,
  TEST_VIN,
  type Curl,
  type CurlAnswer,
  type CurlOptions,
  type Site,
} from '#core/testing';
import { createNotifications } from '../notifications.ts';
import { prepareTables } from '../tables.ts';
import { createUpdates } from '../updates.ts';
import { createVehicles } from '../vehicles.ts';
import { startApi, type Api, type ApiOptions } from './api.ts';
import type { ApiDeps } from './deps.ts';

let site: Site;
let curling: Curl;
let deps: ApiDeps;
let api: Api;
let logged: string[];

beforeEach(async () => {
  logged = [];
  site = await openSite();
  curling = await openCurl(site.dir, TEST_VIN);
  prepareTables(site.db);
  deps = {
    catalogue: site.catalogue,
    updates: createUpdates(site.db),
    vehicles: createVehicles(site.db, systemClock, () => []),
    notifications: createNotifications(site.db, systemClock),
    clock: systemClock,
    log: (_level, message) => {
      logged.push(message);
    },
  };
  api = await startApi(listening(0), deps);
});
afterEach(async () => {
  await api.close();
  await site.close();
});

function listening(port: number): ApiOptions {
  const { ca, server } = curling;
  const tls = { key: server.keyPem, cert: server.certPem, ca: ca.certPem };
  return { host: '127.0.0.1', port, tls };
}
const curl = (path: string, options?: CurlOptions): Promise<CurlAnswer> =>
  curling.get(`${api.url}${path}`, options);
const json = (answer: CurlAnswer): Record<string, unknown> => answer.json();

describe('images', () => {
  it('serves the whole, with length, tag and Accept-Ranges, to GET and HEAD', async () => {
    const whole = await curl(`/artifacts/${TEST_IMAGE_SHA256}`);
    expect(whole.status).toBe(200);
    expect(whole.headers).toMatchObject({
      'content-length': '100000',
      etag: `"${TEST_IMAGE_SHA256}"`,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
    });
    expect(createHash('sha256').update(Buffer.from(whole.body, 'latin1')).digest('hex')).toBe(
      TEST_IMAGE_SHA256,
    );
    const head = await curl(`/artifacts/${TEST_IMAGE_SHA256}`, { args: ['--head'] });
    expect(head).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '100000', etag: `"${TEST_IMAGE_SHA256}"` },
    });
  });

  it('resumes where a download broke off', async () => {
    writeFileSync(site.dir.join('part.bin'), TEST_IMAGE.subarray(0, 12_345));
    const { stdout } = await curling.plain(
      ...curling.tls(TEST_VIN),
      ...['--continue-at', '-', '--output', site.dir.join('part.bin')],
      ...[
        '--write-out',
        '%{http_code} %{size_download}',
        `${api.url}/artifacts/${TEST_IMAGE_SHA256}`,
      ],
    );
    expect(stdout).toBe(`206 ${100_000 - 12_345}`);
    expect(readFileSync(site.dir.join('part.bin')).equals(TEST_IMAGE)).toBe(true);
  });

  it('answers 206, 416, 304 and If-Range by RFC 9110', async () => {
    const of = (...headers: string[]): Promise<CurlAnswer> =>
      curl(`/artifacts/${TEST_IMAGE_SHA256}`, {
        args: headers.flatMap((header) => ['--header', header]),
      });
    const part = await of('Range: bytes=10-19');
    expect(part).toMatchObject({
      status: 206,
      headers: { 'content-range': 'bytes 10-19/100000', 'content-length': '10' },
    });
    expect(Buffer.from(part.body, 'latin1').equals(TEST_IMAGE.subarray(10, 20))).toBe(true);
    const beyond = await of('Range: bytes=100000-');
    expect(beyond).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */100000' } });
    expect(json(beyond)).toMatchObject({ code: 'RANGE_INVALID' });
    expect((await of('Range: bytes=10-19', `If-Range: "${TEST_IMAGE_SHA256}"`)).status).toBe(206);
    expect((await of('Range: bytes=10-19', 'If-Range: "other"')).status).toBe(200);
    expect(await of(`If-None-Match: "${TEST_IMAGE_SHA256}"`)).toMatchObject({
      status: 304,
      body: '',
    });
    expect((await of('Range: bytes=0-1,5-6')).status).toBe(200);
  });

  it('says what is wrong with an unknown or malformed hash', async () => {
    const unknown = await curl(`/artifacts/${'0'.repeat(64)}`);
    expect(unknown).toMatchObject({
      status: 404,
      headers: { 'content-type': expect.stringContaining('application/problem+json') as string },
    });
    expect(json(unknown)).toMatchObject({ code: 'IMAGE_MISSING', status: 404 });
    expect(json(await curl('/artifacts/..%2f..%2fbench.db'))).toMatchObject({
      status: 400,
      code: 'SCHEMA',
    });
  });
});

describe('who may come in', () => {
  it('refuses a peer without a certificate, or with another CA’s, at the handshake', async () => {
    const url = `${api.url}/health`;
    await expect(curling.plain(...curling.tls(null), url)).rejects.toMatchObject({
      stderr: expect.stringMatching(/certificate required|alert|SSL/i) as string,
    });
    await curling.identity(
      'stranger',
      await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Other CA' }),
    );
    await expect(curl('/health', { as: 'stranger' })).rejects.toBeInstanceOf(Error);
    expect(logged.filter((line) => line.includes('TLS handshake'))).toHaveLength(2);
    expect(json(await curl('/health'))).toEqual({ ok: true });
  });

  it('does not speak TLS 1.1', async () => {
    await expect(
      curl('/health', {
        args: ['--tlsv1.1', '--tls-max', '1.1', '--ciphers', 'DEFAULT@SECLEVEL=0'],
      }),
    ).rejects.toBeInstanceOf(Error);
    expect((await curl('/health', { args: ['--tls-max', '1.2'] })).status).toBe(200);
  });

  it('names the port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const starting = startApi(listening(port), deps);
    await expect(starting).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(String(port)) as string,
    });
    taken.close();
  });
});
