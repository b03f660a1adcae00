import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCatalogue, type Catalogue } from '#core/catalogue';
import { createBenchCa, type BenchCa } from '#core/pki';
import { silentLog, systemClock, systemRandom, type Log } from '#core/ports';
import { canonicalText, RELEASE_TYP, signObject } from '#core/signing';
import { openDatabase } from '#core/storage';
import { aKey, aManifest, tempDir, TEST_VIN, type TempDir } from '#core/testing';
import type { ReleaseManifest } from '#core/protocol';
import { createNotifications, type Notifications } from '../notifications.ts';
import { prepareTables } from '../tables.ts';
import { createUpdates, type Updates } from '../updates.ts';
import { createVehicles, type Vehicles } from '../vehicles.ts';
import { startApi, type Api } from './api.ts';

const run = promisify(execFile);
const IMAGE = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) % 253));
const sha256 = createHash('sha256').update(IMAGE).digest('hex');

let dir: TempDir;
let db: ReturnType<typeof openDatabase>;
let catalogue: Catalogue;
let updates: Updates;
let vehicles: Vehicles;
let notifications: Notifications;
let ca: BenchCa;
let api: Api;
let manifest: ReleaseManifest;
let logged: string[];

beforeEach(async () => {
  dir = await tempDir();
  db = openDatabase(dir.join('bench.db'));
  prepareTables(db);
  catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock: systemClock });
  await catalogue.importImage(
    (async function* () {
      yield new Uint8Array(IMAGE);
    })(),
    { name: 'brake.bin' },
  );
  manifest = (await signObject(
    aManifest({ firmware: { name: 'brake.bin', sha256, length: IMAGE.length } }),
    { key: await aKey(), typ: RELEASE_TYP },
  )) as ReleaseManifest;
  catalogue.addRelease(manifest);
  updates = createUpdates(db);
  vehicles = createVehicles(db, systemClock, () => []);
  notifications = createNotifications(db, systemClock);
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Test CA' });
  logged = [];
  const log: Log = (_level, message) => logged.push(message);
  const server = await ca.issue({ kind: 'server', cn: 'backend' });
  api = await startApi(
    {
      host: '127.0.0.1',
      port: 0,
      tls: { key: server.keyPem, cert: server.certPem, ca: ca.certPem },
    },
    { catalogue, updates, vehicles, notifications, clock: systemClock, log },
  );
  writeFileSync(dir.join('ca.crt'), ca.certPem);
  await identity(TEST_VIN);
});
afterEach(async () => {
  await api.close();
  await catalogue.close();
  db.close();
  await dir.remove();
});

async function identity(cn: string, from: BenchCa = ca): Promise<void> {
  const issued = await from.issue({ kind: 'client', cn });
  writeFileSync(dir.join(`${cn}.crt`), issued.certPem);
  writeFileSync(dir.join(`${cn}.key`), issued.keyPem);
}

type Answer = { status: number; headers: Record<string, string>; body: string };

/** Real curl, as the reader of a manual would type it. */
async function curl(path: string, { as = TEST_VIN, args = [] as string[] } = {}): Promise<Answer> {
  const { stdout } = await run(
    'curl',
    [
      '--silent',
      '--show-error',
      '--include',
      '--http1.1',
      '--cacert',
      dir.join('ca.crt'),
      '--cert',
      dir.join(`${as}.crt`),
      '--key',
      dir.join(`${as}.key`),
      ...args,
      `${api.url}${path}`,
    ],
    { encoding: 'latin1', maxBuffer: 10_000_000 },
  );
  const [head = '', ...rest] = stdout.replace(/^HTTP\/1\.1 100[^]*?\r\n\r\n/, '').split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    ),
    body: rest.join('\r\n\r\n'),
  };
}
const post = (
  path: string,
  body: unknown,
  options: { as?: string; args?: string[] } = {},
): Promise<Answer> =>
  curl(path, {
    ...options,
    args: [
      '--header',
      'Content-Type: application/json',
      '--data-binary',
      typeof body === 'string' ? body : JSON.stringify(body),
      ...(options.args ?? []),
    ],
  });
const json = ({ body }: Answer): Record<string, unknown> =>
  JSON.parse(body) as Record<string, unknown>;

const anUpdate = (changes = {}): void => {
  updates.insert({
    updateId: 'u1',
    vin: TEST_VIN,
    ecuId: 'brake',
    releaseId: manifest.releaseId,
    version: '3.0.1',
    description: '',
    createdAt: 1,
    stage: 'available',
    progress: 0,
    steps: [],
    foreign: false,
    installs: true,
    ...changes,
  });
};

describe('images', () => {
  it('serves the whole, with length, tag and Accept-Ranges, to GET and HEAD', async () => {
    const whole = await curl(`/artifacts/${sha256}`);
    expect(whole.status).toBe(200);
    expect(whole.headers).toMatchObject({
      'content-length': '300000',
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
    });
    expect(createHash('sha256').update(Buffer.from(whole.body, 'latin1')).digest('hex')).toBe(
      sha256,
    );
    const head = await curl(`/artifacts/${sha256}`, { args: ['--head'] });
    expect(head).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '300000', etag: `"${sha256}"` },
    });
  });

  it('resumes where a download broke off', async () => {
    writeFileSync(dir.join('part.bin'), IMAGE.subarray(0, 123_456));
    const { stdout } = await run('curl', [
      '--silent',
      '--show-error',
      '--cacert',
      dir.join('ca.crt'),
      '--cert',
      dir.join(`${TEST_VIN}.crt`),
      '--key',
      dir.join(`${TEST_VIN}.key`),
      '--continue-at',
      '-',
      '--output',
      dir.join('part.bin'),
      '--write-out',
      '%{http_code} %{size_download}',
      `${api.url}/artifacts/${sha256}`,
    ]);
    expect(stdout).toBe(`206 ${300_000 - 123_456}`);
    expect(readFileSync(dir.join('part.bin')).equals(IMAGE)).toBe(true);
  });

  it('answers 206, 416, 304 and If-Range by RFC 9110', async () => {
    const of = (...headers: string[]): Promise<Answer> =>
      curl(`/artifacts/${sha256}`, { args: headers.flatMap((header) => ['--header', header]) });
    const part = await of('Range: bytes=10-19');
    expect(part).toMatchObject({
      status: 206,
      headers: { 'content-range': 'bytes 10-19/300000', 'content-length': '10' },
    });
    expect(Buffer.from(part.body, 'latin1').equals(IMAGE.subarray(10, 20))).toBe(true);
    const beyond = await of('Range: bytes=300000-');
    expect(beyond).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */300000' } });
    expect(json(beyond)).toMatchObject({ code: 'RANGE_INVALID' });
    expect((await of('Range: bytes=10-19', `If-Range: "${sha256}"`)).status).toBe(206);
    expect((await of('Range: bytes=10-19', 'If-Range: "other"')).status).toBe(200);
    expect(await of(`If-None-Match: "${sha256}"`)).toMatchObject({ status: 304, body: '' });
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
    await expect(
      run('curl', ['--silent', '--show-error', '--cacert', dir.join('ca.crt'), url]),
    ).rejects.toMatchObject({
      stderr: expect.stringMatching(/certificate required|alert|SSL/i) as string,
    });
    await identity(
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
    const server = await ca.issue({ kind: 'server', cn: 'backend' });
    const starting = startApi(
      {
        host: '127.0.0.1',
        port,
        tls: { key: server.keyPem, cert: server.certPem, ca: ca.certPem },
      },
      { catalogue, updates, vehicles, notifications, clock: systemClock, log: silentLog },
    );
    await expect(starting).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(String(port)) as string,
    });
    taken.close();
  });
});

describe('releases and verification [D2]', () => {
  it('serves a manifest as it was signed', async () => {
    const answer = await curl(`/releases/${manifest.releaseId}`);
    expect(answer.status).toBe(200);
    expect(json(answer)).toEqual(manifest);
    expect(answer.body).toBe(catalogue.releaseText(manifest.releaseId));
    expect(json(await curl('/releases/none'))).toMatchObject({
      status: 404,
      code: 'RELEASE_UNKNOWN',
    });
  });

  const question = (): Record<string, unknown> => ({
    vin: TEST_VIN,
    ecuId: 'brake',
    releaseId: manifest.releaseId,
    sha256,
    length: IMAGE.length,
    manifestSha256: createHash('sha256').update(canonicalText(manifest)).digest('hex'),
  });

  it('says true to what agrees, and names what does not', async () => {
    anUpdate();
    expect(json(await post('/updates/u1/verify', question()))).toEqual({ verified: true });
    const wrong = async (changes: object): Promise<unknown> => {
      const { verified, reason } = json(
        await post('/updates/u1/verify', { ...question(), ...changes }),
      );
      expect(verified).toBe(false);
      return (reason as { code: string }).code;
    };
    expect(await wrong({ releaseId: 'other' })).toBe('RELEASE_MISMATCH');
    expect(await wrong({ manifestSha256: '0'.repeat(64) })).toBe('MANIFEST_MISMATCH');
    expect(await wrong({ sha256: '0'.repeat(64) })).toBe('IMAGE_HASH');
    expect(await wrong({ length: IMAGE.length - 1 })).toBe('IMAGE_LENGTH');
  });

  it('says false to an update that is unknown or has ended', async () => {
    anUpdate({ stage: 'cancelled' });
    expect(json(await post('/updates/u1/verify', question()))).toMatchObject({
      verified: false,
      reason: { code: 'UPDATE_ENDED' },
    });
    expect(json(await post('/updates/u2/verify', question()))).toMatchObject({
      verified: false,
      reason: { code: 'UPDATE_UNKNOWN' },
    });
  });

  it('waits a moment for an update whose status the vehicle read first', async () => {
    const answer = post('/updates/u1/verify', question());
    anUpdate();
    updates.announce('u1');
    expect(json(await answer)).toEqual({ verified: true });
  });

  it('answers only the vehicle itself', async () => {
    anUpdate();
    await identity('VIN2');
    expect(json(await post('/updates/u1/verify', question(), { as: 'VIN2' }))).toMatchObject({
      status: 403,
      code: 'IDENTITY_MISMATCH',
    });
  });
});

describe('notifications', () => {
  const failure = {
    vehicle_id: TEST_VIN,
    ecu_id: 1,
    failure_reason: 'Hash mismatch during update verification',
    timestamp: '2025-04-01T15:30:00Z',
  };
  const rollback = {
    vehicle_id: TEST_VIN,
    ecu_id: 'brake',
    status: 'Rolled back to previous firmware version',
  };

  it('stores a failure and a rollback before it says 200, once each however often they come', async () => {
    expect(await post('/notify_failure', failure)).toMatchObject({ status: 200 });
    expect(notifications.list()).toMatchObject([
      {
        kind: 'failure',
        vehicleId: TEST_VIN,
        ecuId: '1',
        reporter: TEST_VIN,
        body: failure,
        times: 1,
      },
    ]);
    expect((await post('/notify_failure', failure)).status).toBe(200);
    expect((await post('/rollback_notification', rollback)).status).toBe(200);
    expect((await post('/rollback_notification', rollback)).status).toBe(200);
    expect(
      (await post('/notify_failure', { ...failure, timestamp: '2025-04-01T15:31:00Z' })).status,
    ).toBe(200);
    expect(
      notifications
        .list()
        .map(({ kind, times }) => [kind, times])
        .sort(),
    ).toEqual([
      ['failure', 1],
      ['failure', 2],
      ['rollback', 2],
    ]);
  });

  it.each([
    ['SCHEMA', 400, { ...failure, ecu_id: undefined }],
    ['SCHEMA', 400, { ...failure, ecu_id: true }],
    ['SCHEMA', 400, { ...failure, timestamp: 'yesterday' }],
    ['SCHEMA', 400, { ...failure, vehicle_id: 'a/b' }],
    ['MALFORMED_JSON', 400, '{"vehicle_id":'],
    ['DUPLICATE_MEMBER', 400, '{"vehicle_id":"a","vehicle_id":"b"}'],
    ['NOT_AN_OBJECT', 400, '[]'],
    ['TOO_LARGE', 413, JSON.stringify({ ...failure, more: 'x'.repeat(70_000) })],
  ])('refuses %s with %i and stores nothing', async (code, status, body) => {
    const answer = await post('/notify_failure', body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const problem = json(answer);
    expect(problem).toMatchObject({ code, status });
    expect(problem['reason']).toBeTypeOf('string');
    expect(problem['next']).toBeTypeOf('string');
    expect(notifications.list()).toEqual([]);
  });

  it('refuses a body that is not declared as JSON, and an unknown address', async () => {
    const form = await curl('/notify_failure', { args: ['--data', 'a=b'] });
    expect(json(form)).toMatchObject({ status: 415, code: 'MEDIA_TYPE' });
    expect(json(await curl('/nothing'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('lets no vehicle speak for another, but a tool for any', async () => {
    await identity('VIN2');
    await identity('workshop');
    vehicles.hasInventory('VIN2', []);
    expect(json(await post('/notify_failure', failure, { as: 'VIN2' }))).toMatchObject({
      status: 403,
      code: 'IDENTITY_MISMATCH',
    });
    expect((await post('/notify_failure', failure, { as: 'workshop' })).status).toBe(200);
    expect(notifications.list()).toMatchObject([{ reporter: 'workshop' }]);
  });

  it('takes what a short Python script posts', async () => {
    const script = `
import http.client, json, ssl, sys
host, port, folder, vin = sys.argv[1:]
tls = ssl.create_default_context(cafile=folder + "/ca.crt")
tls.load_cert_chain(folder + "/" + vin + ".crt", folder + "/" + vin + ".key")
def post(path, payload):
    connection = http.client.HTTPSConnection(host, int(port), context=tls)
    connection.request("POST", path, json.dumps(payload), {"Content-Type": "application/json"})
    return connection.getresponse().status
print(post("/notify_failure", {"vehicle_id": vin, "ecu_id": 1, "failure_reason": "Hash mismatch", "timestamp": "2025-04-01T15:30:00Z"}))
print(post("/rollback_notification", {"vehicle_id": vin, "ecu_id": 1, "status": "Rolled back to previous firmware version"}))
`;
    const { hostname, port } = new URL(api.url);
    const { stdout } = await run('/usr/bin/python3', [
      '-c',
      script,
      hostname,
      port,
      dir.path,
      TEST_VIN,
    ]);
    expect(stdout.trim().split('\n')).toEqual(['200', '200']);
    expect(notifications.list()).toHaveLength(2);
  });
});

describe('the description of itself', () => {
  it('lists every address in /openapi.json', async () => {
    const document = json(await curl('/openapi.json'));
    expect(document['openapi']).toMatch(/^3\./);
    expect(Object.keys(document['paths'] as object).sort()).toEqual([
      '/artifacts/{sha256}',
      '/health',
      '/notify_failure',
      '/releases/{releaseId}',
      '/rollback_notification',
      '/updates/{updateId}/verify',
    ]);
    const paths = document['paths'] as Record<
      string,
      { post?: { requestBody?: { content: Record<string, { schema: { required: string[] } }> } } }
    >;
    expect(
      paths['/notify_failure']?.post?.requestBody?.content['application/json']?.schema.required,
    ).toEqual(['vehicle_id', 'ecu_id', 'failure_reason', 'timestamp']);
  });
});
