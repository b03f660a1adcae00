import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { forkModule, startProgram, type Running } from '../processes.ts';

export type BrokerUnderTest = {
  name: string;
  port: number;
  /** MQTT over WebSocket, where there is such a listener. */
  wsPort?: number;
  end: () => Promise<void>;
};

type Start = (dir: string) => Promise<BrokerUnderTest | null>;

/** Starts one after the other, runs `use`, and ends whatever was started, however it went. */
export async function withBrokers<T>(
  dir: string,
  starts: readonly Start[],
  use: (brokers: BrokerUnderTest[]) => Promise<T>,
): Promise<T> {
  const started: BrokerUnderTest[] = [];
  try {
    for (const start of starts) {
      const broker = await start(dir);
      if (broker !== null) started.push(broker);
    }
    return await use(started);
  } finally {
    await Promise.all(started.map((broker) => broker.end()));
  }
}

export async function startEmbedded(dir: string): Promise<BrokerUnderTest> {
  const store = join(dir, 'embedded');
  await mkdir(store, { recursive: true });
  const { first, end } = await forkModule('brokers/embedded.ts', [store]);
  return { name: 'embedded', port: portOf(first), end };
}

export async function startBareAedes(): Promise<BrokerUnderTest> {
  const { first, end } = await forkModule('brokers/bare-aedes.ts');
  return { name: 'aedes', port: portOf(first), end };
}

export function portOf(first: unknown): number {
  return (first as { port: number }).port;
}

/** Where Debian, Homebrew and others put it; it is seldom on a user's PATH. */
const MOSQUITTO = [
  '/usr/sbin/mosquitto',
  '/usr/local/sbin/mosquitto',
  '/opt/homebrew/sbin/mosquitto',
];

/** Null when Mosquitto is not installed. */
export async function startMosquitto(dir: string): Promise<BrokerUnderTest | null> {
  const program = MOSQUITTO.find((path) => existsSync(path));
  if (program === undefined) return null;
  const [port, wsPort] = [await freePort(), await freePort()];
  const config = join(dir, 'mosquitto.conf');
  await writeFile(
    config,
    [
      `listener ${String(port)} 127.0.0.1`,
      `listener ${String(wsPort)} 127.0.0.1`,
      'protocol websockets',
      'allow_anonymous true',
      'persistence false',
      'set_tcp_nodelay true',
      'max_inflight_messages 0',
      'max_queued_messages 0',
      '',
    ].join('\n'),
  );
  const running = startProgram(program, ['-c', config]);
  await untilListening(port, running);
  return { name: 'mosquitto', port, wsPort, end: running.end };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

async function untilListening(port: number, { child }: Running): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${String(child.exitCode)}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
