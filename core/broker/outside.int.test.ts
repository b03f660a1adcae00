import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectAsync, connect as connectClient, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestBroker, tempDir, type TempDir } from '#core/testing';

const ACL = 'user ann\ntopic a/#\nuser bob\ntopic a/#\n';
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The library types its events too narrowly for node's `once`. */
function heard(client: MqttClient, event: 'connect' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    client.once(event, () => {
      resolve();
    });
  });
}

async function run(
  command: string,
  args: string[],
  input = '',
): Promise<{ code: number | null; out: string }> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  const collect = (chunk: Buffer): void => {
    out += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.stdin.end(input);
  await once(child, 'close');
  return { code: child.exitCode, out };
}

async function start(): Promise<Awaited<ReturnType<typeof startTestBroker>>> {
  const test = await startTestBroker({ users: ['ann', 'bob'], acl: ACL });
  cleanups.push(test.close);
  return test;
}

describe('outside clients', () => {
  it('mosquitto_pub and mosquitto_sub pass messages through it', async () => {
    const test = await start();
    const place = ['-h', '127.0.0.1', '-p', String(test.port), '-q', '1'];
    const listening = run('mosquitto_sub', [
      ...place,
      '-u',
      'ann',
      '-P',
      'ann',
      '-t',
      'a/#',
      '-C',
      '1',
      '-v',
    ]);
    await test.event(({ kind }) => kind === 'subscribe');
    const sent = await run('mosquitto_pub', [
      ...place,
      '-u',
      'bob',
      '-P',
      'bob',
      '-t',
      'a/x',
      '-m',
      'hello',
    ]);
    expect(sent).toEqual({ code: 0, out: '' });
    expect(await listening).toEqual({ code: 0, out: 'a/x hello\n' });
    const wrong = await run('mosquitto_pub', [
      ...place,
      '-u',
      'bob',
      '-P',
      'no',
      '-t',
      'a/x',
      '-m',
      'x',
    ]);
    expect(wrong.out).toMatch(/bad user name or password/i);
    const newer = await run('mosquitto_pub', [
      ...place,
      '-V',
      '5',
      '-u',
      'bob',
      '-P',
      'bob',
      '-t',
      'a/x',
      '-m',
      'x',
    ]);
    expect(newer.code).not.toBe(0);
    expect(test.events.at(-1)).toMatchObject({ kind: 'refused' });
  });

  it('paho-mqtt publishes QoS 2 and receives it', async () => {
    const test = await start();
    const script = `
import paho.mqtt.client as mqtt, sys
client = mqtt.Client("paho", clean_session=False)
client.username_pw_set("ann", "ann")
def on_connect(c, u, f, rc):
    c.subscribe("a/x", qos=2)
def on_subscribe(c, u, mid, granted):
    c.publish("a/x", "from paho", qos=2)
def on_message(c, u, m):
    print(m.topic, m.payload.decode(), m.qos, flush=True)
    c.disconnect()
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.connect("127.0.0.1", int(sys.argv[1]), 60)
client.loop_forever()
`;
    expect(await run('/usr/bin/python3', ['-', String(test.port)], script)).toEqual({
      code: 0,
      out: 'a/x from paho 2\n',
    });
  });
});

describe('a broker killed with SIGKILL', () => {
  /** A second process with the broker in it; its URL is the first line it prints. */
  async function brokerProcess(folder: TempDir): Promise<{ child: ChildProcess; url: string }> {
    const root = join(import.meta.dirname, '..', '..');
    const script = `
      const { startBroker, createCredentials } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
      const { parseAcl } = await import('#core/acl');
      const { systemClock, systemRandom, silentLog } = await import('#core/ports');
      const credentials = createCredentials(systemRandom);
      for (const user of ['ann', 'bob']) await credentials.set(user, user);
      const broker = await startBroker({
        dir: process.argv[1], listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 0 }],
        credentials, acl: parseAcl(${JSON.stringify(ACL)}), clock: systemClock, log: silentLog,
      });
      console.log(broker.endpoints[0].url);
    `;
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, folder.join('broker')],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    cleanups.push(() => kill(child));
    return { child, url: line.toString().trim() };
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  it('has every message it acknowledged, its subscriptions, retained messages and wills', async () => {
    const folder = await tempDir();
    cleanups.push(folder.remove);
    const first = await brokerProcess(folder);
    const as = (user: string) => ({ username: user, password: user, reconnectPeriod: 0 });
    const ann = await connectAsync(first.url, { ...as('ann'), clientId: 'ann', clean: false });
    await ann.subscribeAsync('a/#', { qos: 1 });
    await ann.endAsync();
    const bob = await connectAsync(first.url, {
      ...as('bob'),
      clientId: 'bob',
      will: { topic: 'a/will', payload: Buffer.from('gone'), qos: 1, retain: true },
    });
    await bob.publishAsync('a/kept', 'kept', { qos: 1, retain: true });
    const acknowledged: string[] = [];
    const gone = heard(bob, 'close');
    for (let i = 0; i < 500; i += 1) {
      bob.publish('a/n', String(i), { qos: 1 }, (error) => {
        if (!error) acknowledged.push(String(i));
        // In the middle of the stream, right behind an acknowledgement.
        if (acknowledged.length === 100) void kill(first.child);
      });
    }
    await gone;
    bob.end(true);
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);

    const second = await brokerProcess(folder);
    const got: string[] = [];
    const back = connectClient(second.url, { ...as('ann'), clientId: 'ann', clean: false });
    cleanups.push(() => back.endAsync(true));
    const complete = new Promise<void>((resolve) => {
      back.on('message', (topic, payload) => {
        got.push(`${topic}=${payload.toString()}`);
        if (topic === 'a/will') resolve();
      });
    });
    await complete;
    const numbers = got.filter((text) => text.startsWith('a/n=')).map((text) => text.slice(4));
    expect(numbers.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(got).toContain('a/kept=kept');
    const retained: string[] = [];
    const late = await connectAsync(second.url, as('bob'));
    cleanups.push(() => late.endAsync(true));
    const both = new Promise<void>((resolve) => {
      late.on('message', (topic) => {
        retained.push(topic);
        if (retained.length === 2) resolve();
      });
    });
    await late.subscribeAsync('a/#', { qos: 1 });
    await both;
    expect(retained.sort()).toEqual(['a/kept', 'a/will']);
  });
});
