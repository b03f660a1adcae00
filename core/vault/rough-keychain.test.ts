import { describe, expect, it } from 'vitest';
import { silentLog } from '#core/ports';
import { type Keychain, type Vault, openKeychainVault } from './index.ts';
import { refusalOf } from './keychain.ts';

/* A keychain that others use, that locks, hangs, or is not particular about names. */

function fakeKeychain(): { keychain: Keychain } {
  const entries = new Map<string, string>();
  const keychain: Keychain = {
    get: async (account) => entries.get(account) ?? null,
    set: async (account, text) => void entries.set(account, text),
    delete: async (account) => void entries.delete(account),
    all: async () => [...entries].map(([account, text]) => ({ account, text })),
  };
  return { keychain };
}
const open = (keychain: Keychain, workspaceId = 'w1'): Promise<Vault> =>
  openKeychainVault({ workspaceId, log: silentLog, keychain });
const secret = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff);

describe('openKeychainVault', () => {
  it('never mixes two values put at once by two processes, and leaves one whole', async () => {
    const fake = fakeKeychain();
    const [one, two] = [await open(fake.keychain), await open(fake.keychain)];
    await one.put('key', secret(6_000, 0));
    await Promise.all([one.put('key', secret(7_000, 1)), two.put('key', secret(8_000, 2))]);
    const got = await (await open(fake.keychain)).get('key');
    expect([secret(7_000, 1), secret(8_000, 2)]).toContainEqual(got);
    expect(await one.get('key')).toEqual(got);
  });

  it('keeps a value whose parts another process swept as it started', async () => {
    const fake = fakeKeychain();
    let swept = false;
    const vault = await open({
      ...fake.keychain,
      set: async (account, text) => {
        if (text.startsWith('parts:') && !swept) {
          swept = true;
          await open(fake.keychain);
        }
        await fake.keychain.set(account, text);
      },
    });
    await vault.put('key', secret(7_000, 1));
    expect(swept).toBe(true);
    expect(await vault.get('key')).toEqual(secret(7_000, 1));
  });

  it('keeps names apart that differ in case only, where the keychain does not', async () => {
    const { keychain } = fakeKeychain();
    const deaf: Keychain = {
      get: (account) => keychain.get(account.toLowerCase()),
      set: (account, text) => keychain.set(account.toLowerCase(), text),
      delete: (account) => keychain.delete(account.toLowerCase()),
      all: () => keychain.all(),
    };
    const vault = await open(deaf, 'W-É');
    await vault.put('VIN1', secret(5_000, 1));
    await vault.put('vin1', secret(5_000, 2));
    expect(await vault.get('VIN1')).toEqual(secret(5_000, 1));
    expect(await vault.list()).toEqual(['VIN1', 'vin1']);
  });

  it('says locked, and not damaged, when it was locked between head and parts', async () => {
    const { keychain } = fakeKeychain();
    let locked = false;
    const vault = await open({
      ...keychain,
      get: async (account) => {
        if (locked) return null;
        locked = account === 'w1/key' && armed;
        return keychain.get(account);
      },
      set: async (account, text) => {
        if (locked) throw refusalOf(new Error('Cannot create an item in a locked collection'));
        await keychain.set(account, text);
      },
    });
    let armed = false;
    await vault.put('key', secret(5_000, 1));
    armed = true;
    await expect(vault.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' });
    armed = locked = false;
    expect(await vault.get('key')).toEqual(secret(5_000, 1));
  });

  it('gives up a question that hangs after opening, and answers the next', async () => {
    const { keychain } = fakeKeychain();
    let hangs = false;
    const vault = await openKeychainVault({
      workspaceId: 'w1',
      log: silentLog,
      answerWithinMs: 20,
      keychain: {
        ...keychain,
        get: (account) => (hangs ? new Promise(() => undefined) : keychain.get(account)),
      },
    });
    await vault.put('key', secret(1, 1));
    hangs = true;
    await expect(vault.get('key')).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' });
    hangs = false;
    expect(await vault.get('key')).toEqual(secret(1, 1));
  });
});
