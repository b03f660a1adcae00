import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type KeychainSession,
  LOCK_KEYRING,
  type TempDir,
  keychainSession,
  tempDir,
} from '#core/testing';

/* The real library, a real message bus and GNOME's real keyring. */

let home: TempDir;
let session: KeychainSession;
beforeEach(async () => {
  home = await tempDir();
  session = await keychainSession(home);
});
afterEach(() => home.remove());

const COMMON = `
import { execFileSync } from 'node:child_process';
import keytar from 'keytar';
import { openKeychainVault, openVault } from '#core/vault';
const log = () => undefined;
const open = (workspaceId) => openKeychainVault({ workspaceId, log });
const say = (value) => console.log(JSON.stringify(value ?? null));
const code = (promise) => promise.then(() => 'done', (error) => error.code ?? String(error));
const secret = (length, seed) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);
const same = (a, b) => a !== null && Buffer.compare(a, b) === 0;
const accounts = async () => (await keytar.findCredentials('OTA Bench')).map((one) => one.account).sort();
`;

describe('a keychain for real', () => {
  it('puts, gets, replaces, lists and deletes, also 5 KB, and keeps workspaces apart', async () => {
    const seen = await session.run(`${COMMON}
      const [one, two] = [await open('w1'), await open('w2')];
      await one.put('small', secret(32, 1));
      await one.put('pki/key/large', secret(5_000, 2));
      await two.put('pki/key/large', secret(5_000, 3));
      say([one.mode, same(await one.get('small'), secret(32, 1))]);
      say([same(await one.get('pki/key/large'), secret(5_000, 2)), same(await two.get('pki/key/large'), secret(5_000, 3))]);
      await one.put('pki/key/large', secret(4_000, 4));
      say([same(await one.get('pki/key/large'), secret(4_000, 4)), await one.list(), await one.get('other')]);
      say(Math.max(...(await keytar.findCredentials('OTA Bench')).map((one) => one.password.length)));
      await one.delete('pki/key/large');
      await one.delete('small');
      await two.delete('pki/key/large');
      say(await accounts());
    `);
    expect(seen).toEqual([
      ['keychain', true],
      [true, true],
      [true, ['pki/key/large', 'small'], null],
      2_400,
      [],
    ]);
  });

  it('finds the next session what the last one kept', async () => {
    await session.run(`${COMMON} await (await open('w')).put('key', secret(5_000, 7));`);
    const seen = await session.run(
      `${COMMON} say(same(await (await open('w')).get('key'), secret(5_000, 7)));`,
    );
    expect(seen).toEqual([true]);
  });

  it('has the old value or the new one after the process was killed before each write', async () => {
    const seen: unknown[] = [];
    for (let writes = 0; writes < 10; writes += 1) {
      await session.run(`${COMMON}
        const vault = await open('w');
        await vault.put('key', secret(5_000, 1));
      `);
      const kill = session.run(`${COMMON}
        import { openKeychain } from '${new URL('keychain.ts', import.meta.url).pathname}';
        const real = await openKeychain('OTA Bench');
        let left = Infinity;
        const counted = (write) => async (...args) => {
          if (left-- <= 0) process.kill(process.pid, 'SIGKILL');
          await write(...args);
        };
        const keychain = { ...real, set: counted(real.set), delete: counted(real.delete) };
        const vault = await openKeychainVault({ workspaceId: 'w', log, keychain });
        left = ${writes};
        await vault.put('key', secret(9_000, 2));
      `);
      const killed = await kill.then(
        () => false,
        () => true,
      );
      expect(killed).toBe(writes < 9);
      const [which, entries] = await session.run(`${COMMON}
        const got = await (await open('w')).get('key');
        say(same(got, secret(5_000, 1)) ? 'old' : same(got, secret(9_000, 2)) ? 'new' : 'neither');
        say((await accounts()).length);
      `);
      expect(entries).toBe(which === 'old' ? 4 : 6);
      seen.push(which);
    }
    // Five parts and the head; then the three old parts are deleted, or nothing was killed.
    expect(seen).toEqual([...Array<string>(6).fill('old'), ...Array<string>(4).fill('new')]);
  });

  it('says that an entry was deleted behind its back', async () => {
    const seen = await session.run(`${COMMON}
      const vault = await open('w');
      await vault.put('key', secret(5_000, 1));
      await keytar.deletePassword('OTA Bench', (await accounts()).find((one) => one.endsWith('.1')));
      say(await code(vault.get('key')));
      await vault.put('key', secret(5_000, 2));
      await keytar.deletePassword('OTA Bench', 'w/key');
      say(await code(vault.get('key')));
      await vault.put('key', secret(5_000, 3));
      say(same(await vault.get('key'), secret(5_000, 3)));
    `);
    expect(seen).toEqual(['SECRET_DAMAGED', 'SECRET_DAMAGED', true]);
  });

  it('says locked, and not deleted, when the keyring is locked before and after opening', async () => {
    const seen = await session.run(`${COMMON}
      const lock = () => execFileSync(${JSON.stringify(LOCK_KEYRING[0])}, ${JSON.stringify(LOCK_KEYRING.slice(1))});
      const vault = await open('w');
      await vault.put('key', secret(32, 1));
      lock();
      say(await code(vault.get('key')));
      say(await code(vault.list()));
      say(await code(vault.put('key', secret(32, 2))));
      say(await code(open('w')));
      const { vault: other, refusal } = await openVault({ prefer: 'keychain', workspaceId: 'w', log });
      say([other.mode, refusal.code]);
    `);
    const locked = 'KEYCHAIN_LOCKED';
    expect(seen).toEqual([locked, locked, locked, locked, ['session', locked]]);
  });

  it.each([
    ['no secret service on the bus', 'none', ''],
    ['no bus at all', 'none', 'delete process.env.DBUS_SESSION_BUS_ADDRESS;'],
  ] as const)('works for the session and says why with %s', async (_case, keyring, first) => {
    const seen = await session.run(
      `${COMMON} ${first}
      const { vault, refusal } = await openVault({ prefer: 'keychain', workspaceId: 'w', log });
      await vault.put('key', secret(5_000, 1));
      say([vault.mode, refusal.code, refusal.next.includes('libsecret')]);
      say(same(await vault.get('key'), secret(5_000, 1)));
    `,
      keyring,
    );
    expect(seen).toEqual([['session', 'KEYCHAIN_UNAVAILABLE', true], true]);
  });
});
