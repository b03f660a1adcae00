import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** MQTT 3.1.1 table 2.1: the packet type in the upper half of the first byte. */
export const PacketType = {
  CONNECT: 1,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBCOMP: 7,
  SUBACK: 9,
  PINGRESP: 13,
};

/** A TCP proxy between a client and a broker that can lose what the broker answers. */
export type TcpProxy = {
  readonly port: number;
  /** Packet types from the broker that vanish; the connection stays. */
  swallow: number[];
  /** How many packets of each type vanished. */
  readonly swallowed: Map<number, number>;
  close(): Promise<void>;
};

export async function startTcpProxy(brokerPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const swallowed = new Map<number, number>();
  const server = createServer((client) => {
    const broker = connect(brokerPort, '127.0.0.1');
    const pass = splitPackets((packet) => {
      const type = packet.readUInt8(0) >> 4;
      if (!proxy.swallow.includes(type)) client.write(packet);
      else swallowed.set(type, (swallowed.get(type) ?? 0) + 1);
    });
    client.on('data', (bytes) => broker.write(bytes));
    broker.on('data', pass);
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    swallow: [],
    swallowed,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

/** Gives on whole MQTT packets (section 2.2.3: one to four bytes of remaining length). */
function splitPackets(deliver: (packet: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      let length = 0;
      let digits = 0;
      let digit = 0x80;
      while (digit & 0x80) {
        if (rest.length < digits + 2) return;
        digit = rest.readUInt8(digits + 1);
        length += (digit & 0x7f) * 128 ** digits;
        digits += 1;
      }
      const size = 1 + digits + length;
      if (rest.length < size) return;
      deliver(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  };
}
