import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_VIN } from '#core/bench';
import { tempDir, type TempDir } from '#core/testing';
import { runCli, type Running } from './testing/run-cli.ts';

const run = promisify(execFile);

let folder: TempDir;
const started: Running[] = [];
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
  await folder.remove();
});

const at = (name: string): string => folder.join('certs', name);

/** A command in the foreground, with its certificates in files; resolves with its TLS port. */
async function running(...args: string[]): Promise<string> {
  const process = runCli(
    ...[...args, '--workspace', folder.join('w'), '--tls-port', '0', '--json'],
    ...['--certificates-out', folder.join('certs')],
  );
  started.push(process);
  const { url } = await process.line(({ label }) => label === 'MQTT over TLS');
  await process.line(({ event }) => event === 'ready');
  return new URL(String(url)).port;
}

const paho = (script: string): string =>
  fileURLToPath(new URL(`../resources/paho/${script}`, import.meta.url));
const identity = (name: string, style: '-' | '--'): string[] => [
  ...[`${style}cert`, at(`${name}.pem`), `${style}key`, at(`${name}.key`)],
];

/** Exit code and words of a program; one that is refused is no failure of the test. */
async function outcome(program: string, args: string[]): Promise<{ code: number; text: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => (text += piece.toString()));
  }
  const code = await new Promise<number>((resolve) => {
    child.on('close', (ended) => resolve(ended ?? -1));
  });
  return { code, text };
}

const publish = (port: string, topic: string, ...more: string[]) =>
  outcome('mosquitto_pub', [
    ...['-h', '127.0.0.1', '-p', port, '-q', '1', '-t', topic, '-m', '{}'],
    ...['--cafile', at('ca.pem'), ...more],
  ]);

describe('--certificates-out', () => {
  it('writes CA, certificates and keys, the keys for the owner only, and replaces nothing', async () => {
    await running('broker', '--vin', 'VIN2');
    const names = ['backend', 'gatekeeper', 'VIN2'];
    expect((await readdir(folder.join('certs'))).sort()).toEqual(
      ['ca.pem', ...names.flatMap((name) => [`${name}.key`, `${name}.pem`])].sort(),
    );
    for (const name of names) {
      expect((await stat(at(`${name}.key`))).mode & 0o777).toBe(0o600);
      expect(await readFile(at(`${name}.pem`), 'utf8')).not.toContain('PRIVATE');
      const { stdout } = await run('openssl', [
        'verify',
        '-CAfile',
        at('ca.pem'),
        at(`${name}.pem`),
      ]);
      expect(stdout).toContain('OK');
    }
    const second = await runCli(
      ...['broker', '--workspace', folder.join('other'), '--tls-port', '0', '--json'],
      ...['--certificates-out', folder.join('certs')],
    ).ended;
    expect(second.code).toBe(3);
    expect(second.lines.at(-1)).toMatchObject({ event: 'refused', code: 'FILE_EXISTS' });
  });

  it('lets openssl and mosquitto_pub in with a certificate, and refuses them without', async () => {
    const port = await running('broker');
    const handshake = (...more: string[]) =>
      outcome('openssl', [
        ...['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', at('ca.pem')],
        ...['-verify_return_error', '-tls1_2', ...more],
      ]);
    const good = await handshake(...identity('backend', '-'));
    expect(good.text).toContain('Verify return code: 0 (ok)');
    expect(good.text).not.toMatch(/alert/);
    // TLS 1.2, where a client hears of the refusal inside the handshake.
    expect((await handshake()).text).toMatch(/alert|handshake failure/);

    const topic = `vehicle/updates/${DEMO_VIN}/issue_details`;
    expect(await publish(port, topic, ...identity('backend', '--'))).toMatchObject({ code: 0 });
    expect((await publish(port, topic)).code).not.toBe(0);
    // Somebody's certificate does not carry somebody else's rights.
    expect((await publish(port, topic, ...identity(DEMO_VIN, '--'))).code).not.toBe(0);
  });

  it('lets a paho script with certificates announce an update that reaches completed', async () => {
    const first = runCli('demo', '--workspace', folder.join('w'), '--json');
    const { version } = (await first.ended).lines.at(-1) as unknown as { version: string };

    const port = await running('backend', '--policy', 'off');
    const tls = (name: string): string[] => ['--ca', at('ca.pem'), ...identity(name, '--')];
    const vehicle = spawn('/usr/bin/python3', [
      ...[paho('dcu.py'), '127.0.0.1', port, DEMO_VIN, ...tls(DEMO_VIN)],
    ]);
    const told = spawn('/usr/bin/python3', [
      ...[paho('progress.py'), '127.0.0.1', port, 'backend', DEMO_VIN, ...tls('backend')],
    ]);
    try {
      await Promise.all([vehicle, told].map(({ stdout }) => stdout.iterator().next()));
      const ended = new Promise<string>((resolve) => {
        let text = '';
        told.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
        told.on('close', () => resolve(text));
      });
      const issue = [paho('issue.py'), '127.0.0.1', port, 'backend', DEMO_VIN, version];
      const { text } = await outcome('/usr/bin/python3', [...issue, ...tls('backend')]);
      expect(JSON.parse(text)).toMatchObject({ status: 'Available', version });
      expect(await ended).toContain('100 % completed');
      const followed = await started[0]!.line(({ update }) => update === 'completed');
      expect(followed).toMatchObject({ foreign: true, vin: DEMO_VIN });
    } finally {
      vehicle.kill();
      told.kill();
    }
  }, 90_000);
});
