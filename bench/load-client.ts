/**
 * A client that costs next to nothing, so that the broker is what a throughput run measures:
 * MQTT 3.1.1 written by hand, QoS 1, packets built once and sent in windows.
 */
import { connect, type Socket } from 'node:net';

const PUBLISH = 3;
const PUBACK = 4;

export type LoadClient = {
  readonly socket: Socket;
  onPacket: (type: number, body: Buffer) => void;
};

export async function openLoadClient(
  port: number,
  id: string,
  user: string,
  password: string,
): Promise<LoadClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const client: LoadClient = { socket, onPacket: () => undefined };
  readPackets(socket, (type, body) => {
    client.onPacket(type, body);
  });
  await next(client, 2, connectPacket(id, user, password), (body) => body[1] === 0);
  return client;
}

export async function subscribeTo(client: LoadClient, filter: string): Promise<void> {
  const body = Buffer.concat([u16(1), text(filter), Buffer.from([1])]);
  await next(client, 9, packet(0x82, body), (answer) => answer[2] === 1);
}

/** Keeps `window` messages unacknowledged until `stop`; resolves to how many were acknowledged. */
export function publishUntil(
  client: LoadClient,
  topic: string,
  payload: Buffer,
  window: number,
  stop: Promise<void>,
): Promise<number> {
  const head = text(topic);
  const ids = Array.from({ length: window }, (_, n) =>
    packet(0x32, Buffer.concat([head, u16(n + 1), payload])),
  );
  return new Promise((resolve) => {
    let acknowledged = 0;
    let stopped = false;
    client.onPacket = (type, body) => {
      if (type !== PUBACK) return;
      acknowledged += 1;
      if (!stopped) client.socket.write(ids[body.readUInt16BE(0) - 1] ?? Buffer.alloc(0));
    };
    client.socket.write(Buffer.concat(ids));
    void stop.then(() => {
      stopped = true;
      resolve(acknowledged);
    });
  });
}

/** Acknowledges and counts what comes. */
export function countMessages(client: LoadClient): () => number {
  let count = 0;
  let acks: Buffer[] = [];
  client.onPacket = (type, body) => {
    if (type !== PUBLISH) return;
    count += 1;
    const topicLength = body.readUInt16BE(0);
    if (acks.length === 0) {
      // One write for all that came in one read.
      setImmediate(() => {
        client.socket.write(Buffer.concat(acks));
        acks = [];
      });
    }
    acks.push(Buffer.from([0x40, 2, body[2 + topicLength] ?? 0, body[3 + topicLength] ?? 0]));
  };
  return () => count;
}

function next(
  client: LoadClient,
  type: number,
  request: Buffer,
  good: (body: Buffer) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.socket.once('error', reject);
    client.onPacket = (got, body) => {
      if (got !== type) return;
      if (good(body)) resolve();
      else
        reject(
          new Error(
            `the broker refused packet type ${String(request[0])}: ${body.toString('hex')}`,
          ),
        );
    };
    client.socket.write(request);
  });
}

function readPackets(socket: Socket, onPacket: (type: number, body: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const header = lengthAt(data, at + 1);
      if (header === null || header.body + header.length > data.length) break;
      onPacket((data[at] ?? 0) >> 4, data.subarray(header.body, header.body + header.length));
      at = header.body + header.length;
    }
    rest = data.subarray(at);
  });
}

// MQTT-2.2.3: the remaining length takes one to four bytes of seven bits.
function lengthAt(data: Buffer, at: number): { length: number; body: number } | null {
  let length = 0;
  for (let n = 0; n < 4; n += 1) {
    const byte = data[at + n];
    if (byte === undefined) return null;
    length += (byte & 0x7f) << (7 * n);
    if (byte < 0x80) return { length, body: at + n + 1 };
  }
  throw new Error('malformed remaining length');
}

function connectPacket(id: string, user: string, password: string): Buffer {
  const flags = 0b1100_0010; // user name, password, clean session
  const head = Buffer.concat([text('MQTT'), Buffer.from([4, flags]), u16(60)]);
  return packet(0x10, Buffer.concat([head, text(id), text(user), text(password)]));
}

function packet(first: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    const more = rest > 0x7f;
    length.push((rest & 0x7f) | (more ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u16(bytes.length), bytes]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
