import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { createBenchCa } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import { startTestBroker, type TestBroker } from '#core/testing';

/* MQTT-3.1.4-5 lets a client send before its CONNACK. What it sends waits until it is let in. */

let test: TestBroker;
afterEach(() => test.close());

/** Each has its own race between what it sends and the check of its password. */
const CLIENTS = 15;
const MANY = 10_000;

/** Whoever has no name may write `open/#`: somebody who is not let in yet must not pass for that. */
async function start(): Promise<void> {
  const ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Test CA' });
  const { certPem: cert, keyPem: key } = await ca.issue({ kind: 'server', cn: 'broker' });
  test = await startTestBroker({
    users: ['ann'],
    acl: 'topic open/#\nuser ann\ntopic #\n',
    listeners: [
      {
        ...{ kind: 'tls', host: '127.0.0.1', port: 0, key, cert, ca: ca.certPem },
        clientCertificates: 'none',
      },
    ],
    limits: { failuresPerUser: MANY, failuresPerAddress: MANY },
  });
}

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
const packet = (first: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([first, body.length]), body]);
};
const ID = Buffer.from([0, 1]);

/**
 * CONNECT, SUBSCRIBE, PUBLISH in TLS records of their own that arrive in one piece, as from a
 * script that does not wait: Node then hands them on one by one, without a turn between.
 */
async function hurry(clientId: string, password: string): Promise<void> {
  const raw = connectTcp({ port: test.port, host: '127.0.0.1' });
  let held: Buffer[] | null = null;
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, done) => {
      if (held) held.push(chunk);
      else raw.write(chunk);
      done();
    },
  });
  raw.on('data', (chunk) => wire.push(chunk));
  raw.on('error', () => undefined);
  const over = new Promise<void>((resolve) => raw.once('close', () => resolve()));
  const socket = connect({ socket: wire, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'secureConnect');
  held = [];
  const flags = Buffer.from([4, 0xc2, 0, 60]);
  const records = [
    packet(0x10, text('MQTT'), flags, text(clientId), text('ann'), text(password)),
    packet(0x82, ID, text(`open/${clientId}`), Buffer.from([1])),
    packet(0x32, text(`open/${clientId}`), ID, Buffer.from('x')),
    packet(0xe0),
  ];
  for (const record of records) await new Promise((resolve) => socket.write(record, resolve));
  raw.write(Buffer.concat(held));
  await over;
}

const count = (kind: string): number => test.events.filter((event) => event.kind === kind).length;

it('does what came before its CONNACK once the client is let in', async () => {
  await start();
  for (let n = 0; n < CLIENTS; n += 1) await hurry(`c${String(n)}`, 'ann');
  expect([count('subscribe'), count('publish')]).toEqual([CLIENTS, CLIENTS]);
});

it('does none of it for a client that is not let in', async () => {
  await start();
  for (let n = 0; n < CLIENTS; n += 1) await hurry(`c${String(n)}`, 'wrong');
  expect([count('subscribe'), count('publish')]).toEqual([0, 0]);
  expect(count('refused')).toBe(CLIENTS);
});
