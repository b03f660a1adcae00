import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#core/ports';
import {
  aBench,
  memoryKeychain,
  type MemoryKeychain,
  presentedBy,
  tempDir,
  type TempDir,
  whenTrust,
} from '#core/testing';
import { createMemoryVault, openKeychainVault } from '#core/vault';
import { type Bench, DEMO_VIN } from '../index.ts';

let folder: TempDir;
let keychain: MemoryKeychain;
const open: Bench[] = [];
beforeEach(async () => {
  folder = await tempDir();
  keychain = memoryKeychain();
});
afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close();
  await folder.remove();
});

async function inKeychain(): Promise<Bench> {
  const vault = await openKeychainVault({ workspaceId: 'w', log: silentLog, keychain });
  const bench = await aBench(folder.join('workspace'), { vault: { vault } });
  open.push(bench);
  return bench;
}

async function inSession(): Promise<Bench> {
  const bench = await aBench(folder.join('workspace'));
  open.push(bench);
  return bench;
}

/** All that a bench could remember. */
async function memoryOf(bench: Bench): Promise<Record<string, unknown>> {
  await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
  const trust = await whenTrust(bench, ({ keys }) => keys.filter(({ own }) => own).length >= 4);
  const remembered = {
    ca: trust.certificates.find(({ kind }) => kind === 'ca')!.fingerprint,
    broker: (await presentedBy(bench, 'broker')).fingerprint,
    api: (await presentedBy(bench, 'backend API')).fingerprint,
    backend: (await presentedBy(bench, 'backend')).fingerprint,
    gatekeeper: (await presentedBy(bench, 'gatekeeper')).fingerprint,
    vehicle: (await presentedBy(bench, DEMO_VIN)).fingerprint,
    keys: trust.keys
      .filter(({ own }) => own)
      .map(({ kid, uses }) => `${uses.join()} ${kid}`)
      .sort(),
    secret: (await bench.client.secret.reveal()).hex,
    passwords: await bench.client.settings.credentials(),
    certificates: trust.certificates.length,
  };
  await bench.close();
  return remembered;
}

describe('what a bench keeps', () => {
  it('is the same after a restart, with a keychain', async () => {
    const before = await memoryOf(await inKeychain());
    const after = await memoryOf(await inKeychain());
    expect(after).toEqual(before);
    expect(before['keys']).toHaveLength(4);
  });

  it('includes which signatures are its own, before a role has started', async () => {
    await memoryOf(await inKeychain());
    const { keys } = await whenTrust(await inKeychain());
    expect(keys.filter(({ own }) => own).map(({ uses }) => uses.join())).toHaveLength(4);
  });

  it('is all new after a restart, without one', async () => {
    const before = await memoryOf(await inSession());
    const after = await memoryOf(await inSession());
    for (const name of ['ca', 'broker', 'api', 'backend', 'vehicle', 'keys', 'secret']) {
      expect(after[name], name).not.toEqual(before[name]);
    }
  });

  it('includes passwords set by a person, for both brokers', async () => {
    const bench = await inKeychain();
    const set = bench.client.settings.setPassword;
    await set({ broker: 'own', user: 'script', password: 'correct horse' });
    await set({ broker: 'outside', user: 'backend', password: 'battery staple' });
    await set({ broker: 'outside', user: 'gone', password: 'soon' });
    await set({ broker: 'outside', user: 'gone', password: null });
    await bench.close();
    const { settings } = (await inKeychain()).client;
    expect(await settings.credentials()).toContainEqual({
      user: 'script',
      password: 'correct horse',
    });
    expect(await settings.outsideUsers()).toEqual(['backend']);
  });

  it('is made anew where somebody damaged it, and a notice says so', async () => {
    const before = await memoryOf(await inKeychain());
    const damaged = ['signing:backend:EdDSA', 'secret:hmac', 'password:own:backend'];
    for (const [account] of keychain.entries) {
      if (damaged.some((name) => decodeURIComponent(account).includes(name))) {
        keychain.entries.set(account, 'not ours');
      }
    }
    const bench = await inKeychain();
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    await bench.client.secret.reveal();
    const { notices } = await whenTrust(bench, (trust) => trust.notices.length === 3);
    expect(notices.map(({ code }) => code)).toEqual(Array(3).fill('SECRET_DAMAGED'));
    const after = await memoryOf(bench);
    expect(after['ca']).toBe(before['ca']);
    expect(after['secret']).not.toBe(before['secret']);
    const news = (after['keys'] as string[]).filter(
      (key) => !(before['keys'] as string[]).includes(key),
    );
    expect(news).toEqual([expect.stringMatching(/^backend /)]);
  });

  it('tells why there is no keychain', async () => {
    const refusal = { code: 'KEYCHAIN_LOCKED', reason: 'it is locked', next: 'unlock it' };
    const bench = await aBench(folder.join('workspace'), {
      vault: { vault: createMemoryVault(), refusal },
    });
    open.push(bench);
    expect(bench.view()).toMatchObject({ vault: 'session', vaultRefusal: refusal });
    expect((await whenTrust(bench)).vault).toEqual({ mode: 'session', refusal });
  });
});
