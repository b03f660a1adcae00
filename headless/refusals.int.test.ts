import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { runCli, type Running } from './testing/run-cli.ts';

let folder: TempDir;
let broker: Running;
let port: number;
beforeEach(async () => {
  folder = await tempDir();
  broker = runCli(
    ...['broker', '--workspace', folder.join('w'), '--tls-port', '0', '--port', '0'],
    ...['--json', '--verbose'],
  );
  const { url } = await broker.line(({ label }) => label === 'MQTT, plain');
  port = Number(new URL(String(url)).port);
  await broker.line(({ event }) => event === 'ready');
});
afterEach(async () => {
  broker.child.kill('SIGTERM');
  await broker.ended;
  await folder.remove();
});

/** MQTT-3.1: CONNECT of this protocol level, with a user name and a password where one is given. */
function connectPacket(level: number, clientId: string, user?: string): Buffer {
  const text = (value: string): Buffer =>
    Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const body = Buffer.concat([
    text('MQTT'),
    Buffer.from([level, user === undefined ? 2 : 0xc2, 0, 60]),
    // Properties, none of them, are of MQTT 5.
    ...(level === 5 ? [Buffer.from([0])] : []),
    text(clientId),
    ...(user === undefined ? [] : [text(user), text('wrong')]),
  ]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

/** Resolves once the broker has hung up. */
async function knock(packet: Buffer): Promise<void> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.end(packet).resume();
  await once(socket, 'close');
}

const isRefusal = (code: string) => (line: Record<string, unknown>) =>
  line['event'] === 'refused' && line['code'] === code;

it('tells each refusal with code, reason, next step and address', async () => {
  await knock(connectPacket(4, 'c1', 'bob'));
  const wrong = await broker.line(isRefusal('BAD_LOGIN'));
  expect(wrong).toMatchObject({ clientId: 'c1', user: 'bob', address: '127.0.0.1' });
  expect(String(wrong['reason'])).toContain('127.0.0.1');
  expect(String(wrong['next'])).not.toBe('');
  await knock(connectPacket(5, ''));
  expect(String((await broker.line(isRefusal('PROTOCOL')))['reason'])).toMatch(/^127\.0\.0\.1: /);
  broker.child.kill('SIGTERM');
  expect((await broker.ended).stderr).toMatch(/^BAD_LOGIN: .*\n {2}next: /m);
});

it('tells a flood in few lines, also in the log', async () => {
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 5 }, () => knock(connectPacket(4, 'c', 'bob'))));
  }
  // None is forgotten, though passwords are still compared when the last of them has hung up.
  const refusals = () => broker.lines.filter(({ event }) => event === 'refused');
  const all = () => refusals().reduce((sum, { more = 1 }) => sum + Number(more), 0);
  await broker.line(() => all() >= 100);
  broker.child.kill('SIGTERM');
  const { stderr } = await broker.ended;
  const refused = refusals();
  expect(refused.length).toBeLessThan(50);
  expect(stderr.match(/the broker refused/g)?.length).toBe(refused.length);
  expect(refused.some(({ more }) => Number(more) > 0)).toBe(true);
  expect(all()).toBe(100);
});
