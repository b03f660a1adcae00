import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type AedesPublishPacket } from 'aedes';

/** aedes as it is, for tests of the client side: memory only, everybody may do everything. */
export type BareBroker = {
  readonly port: number;
  readonly url: string;
  readonly aedes: Aedes;
  /** What clients published, in order; not what the broker says about itself. */
  readonly published: AedesPublishPacket[];
  /** Ends every connection as a crash would. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
};

export async function startBareBroker(
  options: AedesOptions & { port?: number } = {},
): Promise<BareBroker> {
  const { port, ...rest } = options;
  const aedes = await Aedes.createBroker(rest);
  const sockets = new Set<Socket>();
  const published: AedesPublishPacket[] = [];
  aedes.on('publish', (packet, client) => {
    if (client) published.push(packet);
  });
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `mqtt://127.0.0.1:${address.port}`,
    aedes,
    published,
    hangUp,
    async close() {
      hangUp();
      server.close();
      await once(server, 'close');
      await new Promise<void>((resolve) => {
        aedes.close(resolve);
      });
    },
  };
}
