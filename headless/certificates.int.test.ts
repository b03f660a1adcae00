import { execFile, spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_VIN } from '#core/bench';
import { tempDir, type TempDir } from '#core/testing';
import { runHere, type RunningHere, startHere } from './testing/run-cli.ts';
import { type PahoScript, runPaho } from './testing/run-paho.ts';

const run = promisify(execFile);

let folder: TempDir;
const started: RunningHere[] = [];
const scripts: PahoScript[] = [];
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  for (const { child } of scripts.splice(0)) child.kill();
  for (const each of started.splice(0)) await each.leave();
  await folder.remove();
});

const at = (name: string): string => folder.join('certs', name);

/** A command in the foreground, with its certificates in files; resolves with its TLS port. */
async function running(...args: string[]): Promise<string> {
  const command = startHere(
    ...[...args, '--workspace', folder.join('w'), '--tls-port', '0', '--json'],
    ...['--certificates-out', folder.join('certs')],
  );
  started.push(command);
  const { url } = await command.line(({ label }) => label === 'MQTT over TLS');
  await command.line(({ event }) => event === 'ready');
  return new URL(String(url)).port;
}

const identity = (name: string, style: '-' | '--'): string[] => [
  ...[`${style}cert`, at(`${name}.pem`), `${style}key`, at(`${name}.key`)],
];

/** MQTT-3.1: CONNECT of a client called `s_client`, then DISCONNECT. */
const CONNECT = Buffer.from(
  '\x10\x14\x00\x04MQTT\x04\x02\x00\x3c\x00\x08s_client\xe0\x00',
  'latin1',
);
/** MQTT-3.2: CONNACK with return code 0. */
const CONNACK_ACCEPTED = '\x20\x02\x00\x00';

/** Exit code and words of a program; one that is refused is no failure of the test. */
async function outcome(
  program: string,
  args: string[],
  input?: Buffer,
): Promise<{ code: number; text: string }> {
  const child = spawn(program, args, { timeout: 20_000 });
  // A program that was refused does not read what it is given.
  child.stdin.on('error', () => undefined);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => (text += piece.toString('latin1')));
  }
  // Left open where there is input: the broker shall end it, not we.
  if (input) child.stdin.write(input);
  else child.stdin.end();
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
    const second = await runHere(
      ...['broker', '--workspace', folder.join('other'), '--tls-port', '0', '--json'],
      ...['--certificates-out', folder.join('certs')],
    );
    expect(second.code).toBe(3);
    expect(second.lines.at(-1)).toMatchObject({ event: 'refused', code: 'FILE_EXISTS' });
  });

  it('lets openssl and mosquitto_pub in with a certificate, and refuses them without', async () => {
    const port = await running('broker');
    const sClient = (...more: string[]) =>
      outcome(
        'openssl',
        [
          ...['s_client', '-quiet', '-connect', `127.0.0.1:${port}`, '-CAfile', at('ca.pem')],
          ...['-verify_return_error', ...more],
        ],
        CONNECT,
      );
    const good = await sClient(...identity('backend', '-'));
    expect(good.text).toContain(CONNACK_ACCEPTED);
    const without = await sClient();
    expect(without.text).not.toContain(CONNACK_ACCEPTED);

    const topic = `vehicle/updates/${DEMO_VIN}/issue_details`;
    expect(await publish(port, topic, ...identity('backend', '--'))).toMatchObject({ code: 0 });
    expect((await publish(port, topic)).code).not.toBe(0);
    // Somebody's certificate does not carry somebody else's rights.
    expect((await publish(port, topic, ...identity(DEMO_VIN, '--'))).code).not.toBe(0);
  });

  it('lets a paho script with certificates announce an update that reaches completed', async () => {
    const demo = ['demo', '--workspace', folder.join('w'), '--json', '--ecu-speed', 'full'];
    const { version } = (await runHere(...demo)).lines.at(-1) as unknown as { version: string };

    const port = await running('backend', '--policy', 'off');
    const play = (script: string, who: string, ...args: string[]): PahoScript => {
      const tls = ['--ca', at('ca.pem'), ...identity(who, '--')];
      const playing = runPaho(script, ['127.0.0.1', port, ...args, ...tls]);
      scripts.push(playing);
      return playing;
    };
    const vehicle = play('dcu.py', DEMO_VIN, DEMO_VIN);
    const progress = play('progress.py', 'backend', 'backend', DEMO_VIN);
    for (const each of [vehicle, progress]) await each.line((line) => line === 'listening');
    const issue = play('issue.py', 'backend', 'backend', DEMO_VIN, version);
    const answer: unknown = JSON.parse(await issue.line((line) => line.startsWith('{')));
    expect(answer).toMatchObject({ status: 'Available', version });
    await progress.line((line) => line === '100 % completed');
    const followed = await started[0]!.line(({ update }) => update === 'completed');
    expect(followed).toMatchObject({ foreign: true, vin: DEMO_VIN });
  }, 90_000);
});
