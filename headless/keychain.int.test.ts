import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_VIN } from '#core/bench';
import { keychainSession, type KeychainSession, tempDir, type TempDir } from '#core/testing';
import { type CommandsIn, type Ended, linesOf, runInSession } from './testing/in-session.ts';

/* The real command line with a real message bus and GNOME's real keyring. */

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

const inSession: CommandsIn = (commands, keyring) => runInSession(session, commands, keyring);

const at = (): string[] => ['--workspace', folder.join('workspace'), '--json'];
const trust = (...args: string[]): string[] => ['trust', ...args, ...at()];
const fingerprintOf = (ended: Ended, kind: string, cn?: string): unknown =>
  linesOf(ended).find((line) => line['kind'] === kind && (cn ?? line['cn']) === line['cn'])?.[
    'fingerprint'
  ];
const keyIdsOf = (ended: Ended): unknown[] =>
  linesOf(ended)
    .filter(({ event }) => event === 'key')
    .map(({ kid }) => kid)
    .sort();

/** All that openKeychainVault has of the workspace, and what the bench itself calls secret. */
const DISCLOSE = (workspaceDir: string): string => `
import { createBench } from '#core/bench';
import { openKeychainVault } from '#core/vault';
import keytar from 'keytar';
const say = (value) => console.log(JSON.stringify(value));
const told = [];
const log = (...what) => told.push(JSON.stringify(what));
const bench = await createBench({
  ...{ workspaceDir: ${JSON.stringify(workspaceDir)}, host: 'headless', version: '0.0.0', log },
  ...{ vault: 'keychain', ecuSpeed: 'full', settings: { algorithm: 'HS256', listeners: { tls: { port: 0 } } } },
});
const { client } = bench;
await client.settings.setPassword({ broker: 'own', user: 'visitor', password: 'own-visitor-password' });
await client.settings.setPassword({ broker: 'outside', user: 'guest', password: 'outside-guest-password' });
const { updateId } = await client.demo.run();
for await (const { upserts } of await client.updates.watch()) {
  if (upserts.some((each) => each.updateId === updateId && each.stage === 'completed')) break;
}
const rows = (await (await client.traffic.watch({})).next()).value.rows;
for (const { id } of rows) {
  const { payloadBase64, text } = await client.traffic.detail({ id });
  told.push(text ?? payloadBase64);
}
const { hex } = await client.secret.reveal();
const passwords = (await client.settings.credentials()).map(({ password }) => password);
await bench.close();
const [{ account }] = await keytar.findCredentials('OTA Bench');
const vault = await openKeychainVault({ workspaceId: account.split('/')[0], log: () => undefined });
const names = await vault.list();
const kept = [];
for (const name of names) kept.push([name, Buffer.from(await vault.get(name)).toString('base64')]);
say({ told, hex, passwords, kept });
`;

type Disclosed = { told: string[]; hex: string; passwords: string[]; kept: [string, string][] };

function privateKeyOf(bytes: Buffer, text: string): KeyObject | null {
  try {
    return text.includes('PRIVATE KEY-----')
      ? createPrivateKey(text)
      : createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' });
  } catch {
    return null;
  }
}

/** Each way in which a secret could stand in a file. */
function needlesOf({ hex, passwords, kept }: Disclosed): Map<string, Buffer> {
  const needles = new Map<string, Buffer>();
  const add = (name: string, bytes: Buffer): void => {
    if (bytes.length < 8) return;
    needles.set(name, bytes);
    for (const form of ['hex', 'base64', 'base64url'] as const) {
      needles.set(`${name} as ${form}`, Buffer.from(bytes.toString(form).replace(/=+$/, '')));
    }
  };
  add('the shared secret', Buffer.from(hex, 'hex'));
  for (const password of [...passwords, 'own-visitor-password', 'outside-guest-password']) {
    add(`password ${password.slice(0, 4)}…`, Buffer.from(password));
  }
  add('passphrase', Buffer.from('a passphrase from a file'));
  add('passphrase of standard input', Buffer.from('from standard input'));
  for (const [name, base64] of kept) {
    const bytes = Buffer.from(base64, 'base64');
    const text = bytes.toString('utf8');
    add(name, bytes);
    const key = privateKeyOf(bytes, text);
    if (key !== null) {
      const der = key.export({ format: 'der', type: 'pkcs8' });
      add(`${name}: DER`, der);
      needles.set(`${name}: PEM`, Buffer.from(der.toString('base64').slice(0, 64)));
      add(`${name}: d`, Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
    }
    const d = /"(?:d|k)":"([^"]+)"/.exec(text)?.[1];
    if (d !== undefined) add(`${name}: d`, Buffer.from(d, 'base64url'));
  }
  return needles;
}

async function filesBelow(path: string): Promise<[string, Buffer][]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(
      async ({ parentPath, name }) =>
        [name, await readFile(`${parentPath}/${name}`)] as [string, Buffer],
    ),
  );
}

describe('ota-bench with a keychain', () => {
  it('keeps CA and keys from one process to the next, and none of its secrets anywhere else', async () => {
    await writeFile(folder.join('passphrase'), 'a passphrase from a file\n');
    const exported = (form: string, file: string): string[] =>
      trust(
        'export',
        'client:backend',
        '--form',
        form,
        '--output',
        folder.join(file),
        '--passphrase-file',
        '-',
      );
    const first = await inSession([
      ['demo', '--verbose', '--ecu-speed', 'full', ...at()],
      trust('list', '--verbose'),
      trust('issue', '--kind', 'client', '--cn', 'VIN2', '--verbose'),
      trust(
        'dcu',
        'VIN2',
        '--output',
        folder.join('car.zip'),
        '--passphrase-file',
        folder.join('passphrase'),
      ),
    ]);
    expect(first.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const second = await inSession([
      ['demo', '--verbose', '--ecu-speed', 'full', ...at()],
      trust('list', '--verbose'),
      exported('pkcs12', 'backend.p12'),
    ]);
    expect(second.map(({ code }) => code)).toEqual([0, 0, 0]);
    const [before, after] = [first[1]!, second[1]!];
    expect(fingerprintOf(before, 'ca')).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprintOf(after, 'ca')).toBe(fingerprintOf(before, 'ca'));
    expect(fingerprintOf(after, 'client', DEMO_VIN)).toBe(
      fingerprintOf(before, 'client', DEMO_VIN),
    );
    expect(fingerprintOf(after, 'client', 'VIN2')).toBe(fingerprintOf(first[2]!, 'client', 'VIN2'));
    expect(keyIdsOf(before).length).toBeGreaterThan(3);
    expect(keyIdsOf(after)).toEqual(keyIdsOf(before));

    const [disclosed] = (await session.run(DISCLOSE(folder.join('workspace')))) as [Disclosed];
    const needles = needlesOf(disclosed);
    expect(disclosed.kept.length).toBeGreaterThan(6);
    expect([...needles.keys()].filter((name) => name.endsWith(': d')).length).toBeGreaterThan(6);
    expect(disclosed.told.join('\n')).toContain('"progress"');
    const places: [string, Buffer][] = [
      ...(await filesBelow(folder.join('workspace'))),
      ['traffic and log', Buffer.from(disclosed.told.join('\n'))],
      ...[...first, ...second].map(({ stdout, stderr }, index): [string, Buffer] => [
        `command ${index}`,
        Buffer.from(stdout + stderr),
      ]),
    ];
    expect(places.map(([name]) => name)).toContain('bench.db');
    const found = places.flatMap(([place, bytes]) =>
      [...needles]
        .filter(([, needle]) => bytes.includes(needle))
        .map(([name]) => `${name} in ${place}`),
    );
    expect(found).toEqual([]);
    // The search itself must be able to find: what a person asked to be written holds the key.
    const [pem] = await inSession([
      exported('pem-with-key', 'backend.pem').filter(
        (arg) => arg !== '-' && arg !== '--passphrase-file',
      ),
    ]);
    expect(pem!.code).toBe(0);
    const written = await readFile(folder.join('backend.pem'));
    expect([...needles.values()].some((needle) => written.includes(needle))).toBe(true);
  }, 180_000);

  it('finds nothing wrong with the default set-up', async () => {
    const [audited] = await inSession([['audit', ...at()]]);
    expect(linesOf(audited!)).toEqual([
      { event: 'audited', findings: 0, high: 0, medium: 0, low: 0, info: 0 },
    ]);
    expect(audited).toMatchObject({ code: 0, stderr: '' });
  });

  it('says in one line why secrets last for the session only, when nobody keeps them', async () => {
    const [listed, audited] = await inSession(
      [trust('acl', 'get'), ['audit', '--workspace', folder.join('workspace'), '--format', 'json']],
      'none',
    );
    expect(linesOf(listed!)[0]).toMatchObject({
      event: 'vault',
      mode: 'session',
      refusal: { code: 'KEYCHAIN_UNAVAILABLE' },
    });
    expect(listed!.stderr).toMatch(/^Keys and passwords last for this session only \(KEYCHAIN_/);
    expect(listed!.stderr.trim().split('\n')).toHaveLength(1);
    // A document on standard output stays one.
    const { findings } = JSON.parse(audited!.stdout) as { findings: { evidence: string }[] };
    expect(findings[0]?.evidence).toContain('KEYCHAIN_UNAVAILABLE');
    expect(audited!.code).toBe(11);
  });

  it('issues, renews, revokes, exports, imports and signs; wrong passphrases and existing files are refused', async () => {
    await writeFile(folder.join('good'), 'a long passphrase\n');
    await writeFile(folder.join('bad'), 'another passphrase\n');
    await writeFile(folder.join('two'), 'two\nlines\n');
    await writeFile(folder.join('noise'), 'this is no certificate\n');
    const p12 = folder.join('car.p12');
    const toP12 = (...more: string[]): string[] =>
      trust('export', 'VIN2', '--form', 'pkcs12', '--output', p12, ...more);
    const steps: [string[], number, string | null][] = [
      [trust('issue', '--kind', 'client', '--cn', 'VIN2'), 0, null],
      [toP12(), 2, 'PASSPHRASE_FILE'],
      [toP12('--passphrase-file', folder.join('two')), 2, 'PASSPHRASE_FILE'],
      [toP12('--passphrase-file', folder.join('nowhere')), 2, 'FILE_UNREADABLE'],
      [toP12('--passphrase-file', folder.join('good')), 0, null],
      [toP12('--passphrase-file', folder.join('good')), 3, 'FILE_EXISTS'],
      [
        trust('import', p12, '--as', 'identity', '--passphrase-file', folder.join('bad')),
        3,
        'PASSPHRASE_WRONG',
      ],
      [trust('import', p12, '--as', 'identity'), 3, 'PASSPHRASE_NEEDED'],
      [trust('import', folder.join('noise'), '--as', 'ca'), 3, 'FILE_NOT_CERTIFICATE'],
      [trust('sign', folder.join('noise'), '--output', folder.join('x.pem')), 3, 'FILE_'],
      [trust('revoke', 'VIN2'), 0, null],
      [trust('renew', 'nobody'), 3, 'CERTIFICATE_NOT_FOUND'],
      [trust('issue', '--kind', 'client', '--cn', 'VIN3'), 0, null],
      [trust('renew', 'VIN3'), 0, null],
      [trust('revoke', 'VIN3'), 3, 'CERTIFICATE_AMBIGUOUS'],
      [trust('issue', '--kind', 'client', '--cn', 'VIN+2'), 2, 'BAD_INPUT'],
    ];
    const ended = await inSession(steps.map(([args]) => args));
    const seen = ended.map((each) => [each.code, linesOf(each).at(-1)?.['code'] ?? null]);
    expect(seen).toEqual(
      steps.map(([, code, wanted]) => [
        code,
        wanted === null ? null : (expect.stringContaining(wanted) as string),
      ]),
    );
    for (const { code, stderr } of ended) expect(stderr.includes('next: ')).toBe(code !== 0);
    expect(linesOf(ended[10]!)[0]).toMatchObject({ cn: 'VIN2', state: 'revoked' });
  }, 180_000);
});
