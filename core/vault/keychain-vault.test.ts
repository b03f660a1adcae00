import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentLog } from '#core/ports';
import { ENTRY_LIMIT } from './entries.ts';
import {
  type Keychain,
  type Vault,
  createMemoryVault,
  openKeychainVault,
  openVault,
} from './index.ts';

/** Entries in memory that refuse what Windows refuses, and die where a test says. */
function fakeKeychain(entries = new Map<string, string>()) {
  let left = Number.POSITIVE_INFINITY;
  const write = (change: () => void): void => {
    if (left <= 0) throw new Error('killed');
    left -= 1;
    change();
  };
  const keychain: Keychain = {
    get: async (account) => entries.get(account) ?? null,
    set: async (account, text) => {
      if (text.length > 2_560) throw new Error('CRED_MAX_CREDENTIAL_BLOB_SIZE');
      write(() => entries.set(account, text));
    },
    delete: async (account) => write(() => entries.delete(account)),
    all: async () => [...entries].map(([account, text]) => ({ account, text })),
  };
  return { keychain, entries, dieAfter: (writes: number) => (left = writes) };
}

const open = (keychain: Keychain, workspaceId = 'w1'): Promise<Vault> =>
  openKeychainVault({ workspaceId, log: silentLog, keychain });
const secret = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff);
const SIZES = [0, 1, 1_700, 1_800, 2_400, 2_401, 5_000, 65_536];

describe('openKeychainVault', () => {
  it.each(SIZES)('keeps and replaces %i bytes in entries Windows would take', async (size) => {
    const { keychain, entries } = fakeKeychain();
    const vault = await open(keychain);
    expect(vault.mode).toBe('keychain');
    await vault.put('pki/key#1.0 ü', secret(size, 1));
    expect(await vault.get('pki/key#1.0 ü')).toEqual(secret(size, 1));
    await vault.put('pki/key#1.0 ü', secret(size, 2));
    expect(await vault.get('pki/key#1.0 ü')).toEqual(secret(size, 2));
    expect(await vault.list()).toEqual(['pki/key#1.0 ü']);
    for (const text of entries.values()) expect(text.length).toBeLessThanOrEqual(ENTRY_LIMIT);
    await vault.delete('pki/key#1.0 ü');
    await vault.delete('pki/key#1.0 ü');
    expect(entries.size).toBe(0);
    expect(await vault.get('pki/key#1.0 ü')).toBeNull();
  });

  it('holds the old value or the new one after a kill before any write, and no litter', async () => {
    const sizes = [10, 5_000, 9_000];
    let kills = 0;
    for (const before of sizes) {
      for (const after of sizes) {
        for (let writes = 0; ; writes += 1) {
          const fake = fakeKeychain();
          const vault = await open(fake.keychain);
          await vault.put('key', secret(before, 1));
          fake.dieAfter(writes);
          const died = await vault.put('key', secret(after, 2)).then(
            () => false,
            () => true,
          );
          fake.dieAfter(Number.POSITIVE_INFINITY);
          const again = await open(fake.keychain);
          const got = await again.get('key');
          const expected = [secret(before, 1), secret(after, 2)];
          expect(expected).toContainEqual(got);
          const clean = fakeKeychain();
          await (await open(clean.keychain)).put('key', got!);
          expect(fake.entries.size).toBe(clean.entries.size);
          if (!died) {
            expect(got).toEqual(expected[1]);
            break;
          }
          kills += 1;
        }
      }
    }
    expect(kills).toBeGreaterThan(20);
  });

  it('has deleted or kept a value after a kill before any write of deleting', async () => {
    for (let writes = 0; ; writes += 1) {
      const fake = fakeKeychain();
      const vault = await open(fake.keychain);
      await vault.put('key', secret(9_000, 1));
      fake.dieAfter(writes);
      const died = await vault.delete('key').then(
        () => false,
        () => true,
      );
      fake.dieAfter(Number.POSITIVE_INFINITY);
      const got = await (await open(fake.keychain)).get('key');
      expect([null, secret(9_000, 1)]).toContainEqual(got);
      expect(fake.entries.size === 0).toBe(got === null);
      if (!died) break;
    }
  });

  it('keeps two workspaces apart, also one named like the start of the other', async () => {
    const { keychain, entries } = fakeKeychain();
    const vaults = await Promise.all(['w', 'w/x', 'w#', 'w%2Fx'].map((id) => open(keychain, id)));
    for (const [index, vault] of vaults.entries()) await vault.put('x/key', secret(5_000, index));
    const reopened = await Promise.all(['w', 'w/x', 'w#', 'w%2Fx'].map((id) => open(keychain, id)));
    for (const [index, vault] of reopened.entries()) {
      expect(await vault.get('x/key')).toEqual(secret(5_000, index));
      expect(await vault.list()).toEqual(['x/key']);
    }
    await reopened[0]!.delete('x/key');
    expect(await reopened[1]!.get('x/key')).toEqual(secret(5_000, 1));
    expect(entries.size).toBeGreaterThan(6);
  });

  it('says so when an entry was deleted or changed behind its back, and takes a new value', async () => {
    const fake = fakeKeychain();
    const vault = await open(fake.keychain);
    const part = (index: number): string =>
      `w1/key#${fake.entries.get('w1/key')!.split(':')[1]!}.${index}`;
    const spoil: (() => unknown)[] = [
      () => fake.entries.delete('w1/key'),
      () => fake.entries.set('w1/key', 'something else'),
      () => fake.entries.set('w1/key', 'inline:not base64!'),
      () => fake.entries.delete(part(1)),
      () => fake.entries.set(part(0), 'AAAA'),
    ];
    for (const act of spoil) {
      await vault.put('key', secret(5_000, 3));
      act();
      await expect(vault.get('key')).rejects.toMatchObject({
        code: 'SECRET_DAMAGED',
        reason: expect.stringContaining('"key"') as string,
      });
    }
    await vault.put('key', secret(5_000, 4));
    expect(await vault.get('key')).toEqual(secret(5_000, 4));
  });

  it('never mixes two values put at once', async () => {
    const { keychain } = fakeKeychain();
    const vault = await open(keychain);
    await Promise.all([1, 2, 3].map((seed) => vault.put('key', secret(7_000, seed))));
    expect(await vault.get('key')).toEqual(secret(7_000, 3));
  });

  it('sweeps the probe of a process that was killed, and never lists one', async () => {
    const fake = fakeKeychain();
    fake.dieAfter(1);
    await expect(open(fake.keychain)).rejects.toThrow('killed');
    fake.dieAfter(Number.POSITIVE_INFINITY);
    expect(fake.entries.size).toBe(1);
    expect(await (await open(fake.keychain)).list()).toEqual([]);
    expect(fake.entries.size).toBe(0);
  });

  it('gives back any name and value', async () => {
    const { keychain } = fakeKeychain();
    const vault = await open(keychain);
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 6_000 }),
        async (name, value) => {
          await vault.put(name, value);
          expect(await vault.get(name)).toEqual(value);
          expect(await vault.list()).toEqual([name]);
          await vault.delete(name);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses what is not a secret', async () => {
    const vault = await open(fakeKeychain().keychain);
    for (const [name, size] of [
      ['', 1],
      ['x', 65_537],
      ['x', 100_000],
      ['x'.repeat(500), 1],
      ['ü'.repeat(70), 1],
      ['half \ud83d', 1],
      ['.probe.1', 1],
    ] as const) {
      await expect(createMemoryVault().put(name, secret(size, 1))).rejects.toMatchObject({
        code: 'SECRET_UNFIT',
      });
      await expect(vault.put(name, secret(size, 1))).rejects.toMatchObject({
        code: 'SECRET_UNFIT',
      });
    }
    expect(await vault.list()).toEqual([]);
  });

  it('refuses a keychain that takes an entry and does not give it back', async () => {
    const { keychain } = fakeKeychain();
    await expect(open({ ...keychain, get: async () => null })).rejects.toMatchObject({
      code: 'KEYCHAIN_DENIED',
    });
  });

  it('does not wait for ever', async () => {
    const { keychain } = fakeKeychain();
    const asks = { ...keychain, set: () => new Promise<void>(() => undefined) };
    const options = { workspaceId: 'w1', log: silentLog, keychain: asks, answerWithinMs: 20 };
    await expect(openKeychainVault(options)).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' });
  });
});

describe('openVault', () => {
  it('falls back to the session with the refusal that explains it', async () => {
    const { keychain } = fakeKeychain();
    const denied = { ...keychain, get: async () => null };
    const said: string[] = [];
    const { vault, refusal } = await openVault({
      prefer: 'keychain',
      workspaceId: 'w1',
      log: (level) => said.push(level),
      keychain: denied,
    });
    expect(vault.mode).toBe('session');
    expect(refusal).toMatchObject({ code: 'KEYCHAIN_DENIED' });
    expect(said).toEqual(['warn']);
  });

  it('asks no keychain for a session', async () => {
    const fake = fakeKeychain();
    fake.dieAfter(0);
    const opened = await openVault({
      prefer: 'session',
      workspaceId: 'w1',
      log: silentLog,
      keychain: fake.keychain,
    });
    expect(opened).toMatchObject({ vault: { mode: 'session' } });
    expect(opened.refusal).toBeUndefined();
  });
});
