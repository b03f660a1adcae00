import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createBenchCa } from '#core/pki';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import type { ReleaseManifest } from '#core/protocol';
import { canonicalText, RELEASE_TYP, signObject } from '#core/signing';
import {
  openCurl,
  openSite,
  aManifest,
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
let manifest: ReleaseManifest;

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
  const firmware = { name: 'brake.bin', sha256: TEST_IMAGE_SHA256, length: TEST_IMAGE.length };
  const unsigned = aManifest({ firmware });
  manifest = {
    ...unsigned,
    ...(await signObject(unsigned, { key: site.keyOf.release, typ: RELEASE_TYP })),
  };
  site.catalogue.addRelease(manifest);
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

const anUpdate = (changes = {}): void => {
  deps.updates.insert({
    updateId: 'u1',
    vin: TEST_VIN,
    ecuId: 'brake',
    releaseId: manifest.releaseId,
    version: '3.0.1',
    description: '',
    createdAt: 1,
    stage: 'available',
    progress: 0,
    paused: false,
    waiting: null,
    members: [],
    releases: [],
    steps: [],
    foreign: false,
    installs: true,
    ...changes,
  });
};

describe('releases and verification [D2]', () => {
  it('serves a manifest as it was signed', async () => {
    const answer = await curl(`/releases/${manifest.releaseId}`);
    expect(answer.status).toBe(200);
    expect(json(answer)).toEqual(manifest);
    expect(answer.body).toBe(site.catalogue.releaseText(manifest.releaseId));
    expect(json(await curl('/releases/none'))).toMatchObject({
      status: 404,
      code: 'RELEASE_UNKNOWN',
    });
  });

  const question = (): Record<string, unknown> => ({
    vin: TEST_VIN,
    ecuId: 'brake',
    releaseId: manifest.releaseId,
    sha256: TEST_IMAGE_SHA256,
    length: TEST_IMAGE.length,
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
    expect(await wrong({ length: TEST_IMAGE.length - 1 })).toBe('IMAGE_LENGTH');
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
    deps.updates.announce('u1');
    expect(json(await answer)).toEqual({ verified: true });
  });

  it('answers only the vehicle itself', async () => {
    anUpdate();
    await curling.identity('VIN2');
    expect(json(await post('/updates/u1/verify', question(), { as: 'VIN2' }))).toMatchObject({
      status: 403,
      code: 'IDENTITY_MISMATCH',
    });
  });
});

describe('the description of itself', () => {
  it('answers no revoked certificate, and says why', async () => {
    await api.close();
    const revoked = new Set<string>();
    api = await startApi(
      { ...listening(0), isRevoked: (fingerprint) => revoked.has(fingerprint) },
      deps,
    );
    expect((await curl('/health')).status).toBe(200);
    revoked.add(curling.ca.list().find(({ cn }) => cn === TEST_VIN)!.fingerprint);
    const answer = await curl('/health');
    expect(answer.status).toBe(403);
    expect(json(answer)).toMatchObject({ code: 'CERTIFICATE_REVOKED' });
  });

  it('takes up another CA and certificate while it listens', async () => {
    const ca = await createBenchCa({ ...deps, random: systemRandom, name: 'Next CA' });
    const server = await ca.issue({ kind: 'server', cn: 'backend' });
    api.setTls({ key: server.keyPem, cert: server.certPem, ca: ca.certPem });
    await expect(curl('/health')).rejects.toThrow();
    await writeFile(site.dir.join('ca.crt'), ca.certPem);
    await expect(curl('/health')).rejects.toThrow();
    await curling.identity(TEST_VIN, ca);
    expect((await curl('/health')).status).toBe(200);
  });

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
