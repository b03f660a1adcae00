import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type VehicleView } from '#core/contract';
import { silentLog } from '#core/ports';
import { memoryKeychain, tempDir, type TempDir } from '#core/testing';
import { openKeychainVault } from '#core/vault';
import { type Bench, type BenchOptions, createBench, DEMO_VIN } from './index.ts';

let folder: TempDir;
const open: Bench[] = [];
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close();
  await folder.remove();
});

async function aBench(options: Partial<BenchOptions> = {}): Promise<Bench> {
  const workspaceDir = folder.join('workspace');
  const settings = {
    ...options.settings,
    listeners: { tls: { port: 0 }, ...options.settings?.listeners },
  };
  const bench = await createBench({
    workspaceDir,
    host: 'headless',
    version: '0.0.0',
    ...options,
    settings,
  });
  open.push(bench);
  return bench;
}

async function whenVehicle(
  bench: Bench,
  fits: (vehicle: VehicleView) => boolean,
): Promise<VehicleView> {
  for await (const frame of await bench.client.vehicles.watch()) {
    const vehicle = frame.upserts.find((each) => each.vin === DEMO_VIN && fits(each));
    if (vehicle) return vehicle;
  }
  throw new Error('the stream ended first');
}

async function completed(bench: Bench, updateId: string): Promise<void> {
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (update?.stage === 'completed') return;
    if (update?.refusal) throw new Error(update.refusal.code);
  }
}

/** Everything captured, as a person could open it. */
async function trafficOf(bench: Bench): Promise<Buffer> {
  const stream = await bench.client.traffic.watch({ limit: 5_000 });
  const frame = await stream.next();
  await stream.return();
  if (frame.done === true) throw new Error('the stream ended');
  const details = await Promise.all(
    frame.value.rows.map(({ id }) => bench.client.traffic.detail({ id })),
  );
  expect(details.length).toBeGreaterThan(10);
  const payloads = details.map(({ payloadBase64 }) => Buffer.from(payloadBase64, 'base64'));
  return Buffer.concat([Buffer.from(JSON.stringify(frame.value.rows)), ...payloads]);
}

/** A secret as it is and as it is commonly written; of a key pair the part that is secret. */
function formsOf(value: Uint8Array): Buffer[] {
  const bytes = Buffer.from(value);
  const jwk = /"d":"([^"]+)"/.exec(bytes.toString('utf8'))?.[1];
  const d = jwk === undefined ? null : Buffer.from(jwk, 'base64url');
  return [bytes, ...(d ? [d] : [])].flatMap((each) => [
    each,
    // Without its end, which depends on what follows.
    ...(['base64', 'base64url', 'hex'] as const).map((form) =>
      Buffer.from(each.toString(form).slice(0, -4)),
    ),
  ]);
}

describe('a bench', () => {
  it('refuses a role that has no broker, and leaves the others as they were', async () => {
    const bench = await aBench();
    const view = await bench.client.bench.start({ roles: ['backend'] });
    expect(view.roles.backend).toMatchObject({
      kind: 'failed',
      refusal: { code: 'BROKER_OFF' },
    });
    expect(view.roles.broker.kind).toBe('off');
    const mended = await bench.client.bench.start({ roles: ['broker', 'backend'] });
    expect(mended.roles.backend.kind).toBe('on');
    expect(mended.links.map(({ who, state }) => `${who} ${state}`).sort()).toEqual([
      'backend up',
      'gatekeeper up',
    ]);
  });

  it('comes back on the same port, and its links with it', async () => {
    const bench = await aBench();
    const before = await bench.client.bench.start({ roles: ['broker', 'dcu'] });
    await bench.client.bench.stop({ roles: ['broker'] });
    const after = await bench.client.bench.start({ roles: ['broker', 'backend'] });
    expect(after.endpoints[0]?.url).toBe(before.endpoints[0]?.url);
    const vehicle = await whenVehicle(bench, ({ online }) => online);
    expect(vehicle).toMatchObject({ simulated: true, ecus: { length: 4 } });
  });

  it('runs the demo from nothing, twice, each with a higher version', async () => {
    const bench = await aBench();
    const first = await bench.client.demo.run();
    await completed(bench, first.updateId);
    const second = await bench.client.demo.run();
    await completed(bench, second.updateId);
    const releases = await bench.client.releases.list();
    expect(releases.map(({ version }) => version)).toEqual(['3.0.4', '3.0.3']);
    const rows = await bench.client.traffic.watch({ filter: 'vehicle/updates/+/status' });
    const frame = await rows.next();
    if (frame.done === true) throw new Error('the stream ended');
    expect(frame.value.rows.length).toBeGreaterThanOrEqual(2);
    await rows.return();
  });

  it('lets no secret out: not into the workspace, the log or the traffic', async () => {
    const secrets = new Map<string, Uint8Array>();
    const keychain = memoryKeychain();
    const kept = await openKeychainVault({ workspaceId: 'w', log: silentLog, keychain });
    const put = (name: string, bytes: Uint8Array): Promise<void> => {
      secrets.set(name, Uint8Array.from(bytes));
      return kept.put(name, bytes);
    };
    const told: string[] = [];
    const given = 'correct-horse-battery';
    const bench = await aBench({
      credentials: { gatekeeper: given },
      vault: { vault: { ...kept, put } },
      settings: { listeners: { tls: { on: false }, tcp: { on: true, port: 0 } } },
      log: (level, message, detail) => told.push(JSON.stringify({ level, message, detail })),
    });
    const { settings, acl, secret, trust } = bench.client;
    await settings.setPassword({ broker: 'own', user: 'script', password: 'battery staple' });
    await secret.reveal();
    const { updateId } = await bench.client.demo.run();
    await completed(bench, updateId);
    await acl.tryLive({ identity: DEMO_VIN, flow: 'status', access: 'write', vin: DEMO_VIN });
    await trust.createCa({ name: 'Another CA' });
    const shown = await trafficOf(bench);
    await bench.close();

    secrets.set('given', Buffer.from(given));
    const names = [...secrets.keys()];
    for (const kind of ['pki/', 'signing:', 'secret:hmac', 'password:own:']) {
      expect(names.filter((name) => name.startsWith(kind)).length, kind).toBeGreaterThan(0);
    }
    const places = new Map([
      ['the log', Buffer.from(told.join('\n'))],
      ['the traffic', shown],
    ]);
    const files = await readdir(folder.path, { recursive: true, withFileTypes: true });
    for (const file of files.filter((each) => each.isFile())) {
      places.set(file.name, await readFile(`${file.parentPath}/${file.name}`));
    }
    expect(places.size).toBeGreaterThan(10);
    for (const [place, bytes] of places) {
      for (const [name, value] of secrets) {
        for (const form of formsOf(value)) {
          expect(bytes.includes(form), `${name} in ${place}`).toBe(false);
        }
      }
    }
  });

  it('hands its public keys to another bench, and refuses a file that holds none', async () => {
    const bench = await aBench();
    await bench.writeTrust(folder.join('keys.jwks'));
    const text = await readFile(folder.join('keys.jwks'), 'utf8');
    const { keys } = JSON.parse(text) as { keys: Record<string, unknown>[] };
    expect(keys.map((key) => key['ota_use']).flat()).toEqual([
      ...['release', 'backend', 'gatekeeper', `dcu:${DEMO_VIN}`],
    ]);
    expect(text).not.toContain('"d"');
    await writeFile(folder.join('broken.jwks'), '{"keys":[{"kty":"oct","k":"AA"}]}');
    const other = { workspaceDir: folder.join('other') };
    await aBench({ ...other, trustFiles: [folder.join('keys.jwks')] }).then((each) => each.close());
    await expect(
      aBench({ ...other, trustFiles: [folder.join('broken.jwks')] }),
    ).rejects.toMatchObject({ code: 'TRUST_FILE' });
    // A refused opening holds on to nothing.
    await aBench(other);
  });

  it('closes while a link still waits for its broker, at once', async () => {
    const bench = await aBench({
      settings: { externalBroker: { url: 'mqtt://127.0.0.1:9', caPem: null } },
    });
    const starting = bench.client.bench.start({ roles: ['backend'] });
    await bench.close();
    const { roles } = await starting;
    expect(roles.backend.kind).not.toBe('on');
  });
});
