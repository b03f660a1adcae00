import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keychainSession, type KeychainSession, tempDir, type TempDir } from '#core/testing';
import { type CommandsIn, linesOf, runInSession } from './testing/in-session.ts';

/* The CA that stays in a real keyring, by the real command line. */

let home: TempDir;
let folder: TempDir;
let session: KeychainSession;
beforeEach(async () => {
  [home, folder] = [await tempDir(), await tempDir()];
  session = await keychainSession(home);
});
afterEach(async () => {
  await home.remove();
  await folder.remove();
});

const inSession: CommandsIn = (commands) => runInSession(session, commands);
const at = (): string[] => ['--workspace', folder.join('workspace'), '--json'];
const trust = (...args: string[]): string[] => ['trust', ...args, ...at()];

describe('the CA of a workspace', () => {
  it('makes no certificate for a place that takes none', async () => {
    const request = folder.join('request.pem');
    execFileSync('openssl', [
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', '/dev/null', '-out', request, '-subj', '/CN=VIN7'],
    ]);
    const nowhere = ['--output', '/proc/zz/y'];
    await mkdir(folder.join('certs'));
    await writeFile(folder.join('certs', 'backend.key'), 'of somebody else');
    const ended = await inSession([
      trust('sign', request, ...nowhere),
      trust('dcu', 'VIN8', ...nowhere),
      trust('mosquitto', ...nowhere),
      ['broker', '--tls-port', '0', ...at(), '--certificates-out', folder.join('certs')],
      trust('list'),
    ]);
    expect(ended.map(({ code }) => code)).toEqual([4, 4, 4, 3, 0]);
    const kinds = linesOf(ended[4]!).filter(({ event }) => event === 'certificate');
    expect(kinds.map(({ kind }) => kind)).toEqual(['ca']);
    expect(await readdir(folder.join('certs'))).toEqual(['backend.key']);
  }, 90_000);

  it('replaces a CA in use only when told to, and says what that costs', async () => {
    const [crt, key] = [folder.join('ca.crt'), folder.join('ca.key')];
    execFileSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', key, '-out', crt, '-subj', '/CN=Works CA', '-days', '30'],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ]);
    const take = trust('import', crt, key, '--as', 'ca');
    const ended = await inSession([
      trust('issue', '--kind', 'client', '--cn', 'VIN2'),
      trust('issue', '--kind', 'client', '--cn', 'VIN3'),
      take,
      trust('list'),
      [...take, '--force'],
      trust('list'),
    ]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 3, 0, 0, 0]);
    const refusal = linesOf(ended[2]!).at(-1);
    expect(refusal).toMatchObject({ event: 'refused', code: 'CA_IN_USE' });
    expect(refusal?.['reason']).toContain('2 certificates');
    expect(refusal?.['next']).toContain('--force');
    expect(linesOf(ended[3]!).map(({ cn }) => cn)).toContain('VIN2');
    expect(linesOf(ended[4]!).at(-1)).toEqual({
      ...{ event: 'ca_replaced', before: 2, after: 0, lost: 2 },
    });
    expect(linesOf(ended[5]!).find(({ kind }) => kind === 'ca')).toMatchObject({ cn: 'Works CA' });
  }, 90_000);

  it('is missed in every command once its key is gone, with the next step', async () => {
    const commands = [
      ['trust', 'acl', 'get'],
      ['audit'],
      ['demo', '--ecu-speed', 'full'],
      // One that cannot write.
      ['backend', '--tls-port', '0', '--certificates-out', '/proc/z'],
    ];
    const own = (index: number): string[] => ['--workspace', folder.join(String(index)), '--json'];
    const issue = ['trust', 'issue', '--kind', 'client', '--cn', 'VIN2'];
    await inSession(commands.map((_, index) => [...issue, ...own(index)]));
    const gone = await session.run(`import keytar from 'keytar';
      for (const { account } of await keytar.findCredentials('OTA Bench')) {
        if (!/pki\\W+key/.test(decodeURIComponent(account))) continue;
        await keytar.deletePassword('OTA Bench', account);
        console.log(JSON.stringify(account.split('/')[0]));
      }`);
    for (const each of new Set(gone)) {
      expect(gone.filter((other) => other === each).length).toBeGreaterThan(1);
    }
    expect(new Set(gone).size).toBe(commands.length);
    const ended = await inSession(commands.map((args, index) => [...args, ...own(index)]));
    for (const [index, each] of ended.entries()) {
      const notices = linesOf(each).filter(({ event }) => event === 'notice');
      expect(notices, commands[index]?.join(' ')).toMatchObject([{ code: 'CA_KEY_LOST' }]);
      expect(String(notices[0]?.['next'])).not.toBe('');
      expect(each.stderr).toMatch(/^CA_KEY_LOST: .*\n {2}next: /m);
    }
  }, 90_000);
});
