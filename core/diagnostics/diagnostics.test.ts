import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { type BenchView, type Finding } from '#core/contract';
import { buildDiagnostics, readLogs } from './index.ts';
import { createScrub } from './scrub.ts';

const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;
const raw = randomBytes(32);
const secrets = [Buffer.from('correct horse "battery"'), Buffer.from(pem), raw];
const forms = [
  'correct horse',
  pem.split('\n')[1]!,
  raw.toString('hex'),
  raw.toString('base64url'),
  raw.toString('base64').replace(/=+$/, ''),
];

it('holds none of the known secrets, however they are written, no name of a vehicle, and no home', () => {
  const told = [
    'password correct horse "battery"',
    JSON.stringify({ a: 'correct horse "battery"' }),
    encodeURIComponent('correct horse "battery"'),
    pem.replaceAll('\n', ' '),
    raw.toString('hex').toUpperCase(),
    raw.toString('base64'),
    raw.toString('base64url'),
    'mqtts://ann:hunter22@host/ of VIN12345678901 in /home/ann/bench',
  ];
  const { zip, name } = buildDiagnostics({
    at: Date.UTC(2026, 0, 2, 3, 4, 5),
    versions: { product: '1', node: '24' },
    view: { workspace: '/home/ann/bench', note: told } as unknown as BenchView,
    findings: [{ code: 'X', reason: told.join(' ') } as unknown as Finding],
    logs: [{ name: 'core.log', text: told.join('\n') }],
    updates: [{ version: '3', stage: 'failed', code: 'HASH_MISMATCH' }],
    ...{ secrets, vins: ['VIN1234567890', 'VIN12345678901'], home: '/home/ann' },
  });
  expect(name).toBe('ota-bench-diagnostics-20260102-030405.zip');
  const files = Object.entries(unzipSync(zip)).map(([file, bytes]) => [file, strFromU8(bytes)]);
  expect(files.map(([file]) => file)).toEqual([
    ...['README.txt', 'versions.json', 'bench.json', 'findings.json', 'updates.json'],
    'logs/core.log',
  ]);
  const all = files.flat().join('\n');
  for (const form of [...forms, ...forms.map((each) => each.toUpperCase()), 'hunter22']) {
    expect(all).not.toContain(form);
  }
  expect(all).not.toMatch(/VIN1234567890|\/home\/ann/);
  // The longer name is not taken for the shorter one and a rest.
  expect(all).toContain('of VEHICLE-1 in ~/bench');
  expect(all).toContain('HASH_MISMATCH');
});

it.each([
  [
    'C:\\Users\\Jürgen M',
    'file:///c:/Users/J%C3%BCrgen%20M/AppData/core.js:3',
    'C:\\Users\\Jürgen M\\bench',
  ],
  ['/home/jürgen', 'file:///home/j%C3%BCrgen/app/core.js:3', '/home/jürgen/bench'],
])('takes the home folder %s out of the addresses in a stack trace as well', (home, ...told) => {
  const scrub = createScrub({ secrets: [], vins: [], home });
  for (const text of [...told, JSON.stringify(told)]) expect(scrub(text)).not.toMatch(/rgen/);
});

it('takes the end of long logs, from a whole line on, and nothing that is no log', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ota-logs-'));
  await writeFile(join(dir, 'main.log'), `${'old line\n'.repeat(60_000)}the last words\n`);
  await writeFile(join(dir, 'windows.json'), '{}');
  await writeFile(join(dir, 'empty.log'), '');
  const logs = await readLogs(dir);
  expect(logs.map(({ name }) => name)).toEqual(['main.log']);
  expect(logs[0]!.text.length).toBeLessThan(300_000);
  expect(logs[0]!.text).toMatch(/^old line\n[^]*the last words\n$/);
  await rm(dir, { recursive: true });
  expect(await readLogs(dir)).toEqual([]);
});
