import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { silentLog, systemClock } from '#core/ports';
import {
  openCurl,
  openSite,
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

beforeEach(async () => {
  site = await openSite();
  curling = await openCurl(site.dir, TEST_VIN);
  prepareTables(site.db);
  deps = {
    catalogue: site.catalogue,
    updates: createUpdates(site.db),
    vehicles: createVehicles(site.db, systemClock, () => []),
    notifications: createNotifications(site.db, systemClock),
    clock: systemClock,
    log: silentLog,
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
const post = (path: string, body: unknown, options?: CurlOptions): Promise<CurlAnswer> =>
  curling.post(`${api.url}${path}`, body, options);
const json = (answer: CurlAnswer): Record<string, unknown> => answer.json();
const run = promisify(execFile);

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
    expect(deps.notifications.list()).toMatchObject([
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
      deps.notifications
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
    expect(deps.notifications.list()).toEqual([]);
  });

  it('refuses a body that is not declared as JSON, and an unknown address', async () => {
    const form = await curl('/notify_failure', { args: ['--data', 'a=b'] });
    expect(json(form)).toMatchObject({ status: 415, code: 'MEDIA_TYPE' });
    expect(json(await curl('/nothing'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('lets no vehicle speak for another, but a tool for any', async () => {
    await curling.identity('VIN2');
    await curling.identity('workshop');
    deps.vehicles.hasInventory('VIN2', []);
    expect(json(await post('/notify_failure', failure, { as: 'VIN2' }))).toMatchObject({
      status: 403,
      code: 'IDENTITY_MISMATCH',
    });
    expect((await post('/notify_failure', failure, { as: 'workshop' })).status).toBe(200);
    expect(deps.notifications.list()).toMatchObject([{ reporter: 'workshop' }]);
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
      site.dir.path,
      TEST_VIN,
    ]);
    expect(stdout.trim().split('\n')).toEqual(['200', '200']);
    expect(deps.notifications.list()).toHaveLength(2);
  });
});
