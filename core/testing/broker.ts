import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { defaultAcl, parseAcl } from '#core/acl';
import {
  type Broker,
  type BrokerEvent,
  type BrokerOptions,
  createCredentials,
  startBroker,
} from '#core/broker';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import { type TempDir, tempDir } from './temp.ts';

export type TestBroker = {
  readonly broker: Broker;
  /** Of the first listener. */
  readonly url: string;
  readonly port: number;
  /** Where its sessions are kept. Give it to a second broker to start again on them. */
  readonly dir: string;
  /** All that it told, from the beginning. */
  readonly events: BrokerEvent[];
  /** The first event, past or to come, that fits. */
  event(fits: (event: BrokerEvent) => boolean): Promise<BrokerEvent>;
  /** Stops it, and removes its folder unless the folder was given. */
  readonly close: () => Promise<void>;
};

/** The real embedded broker on a free port of this machine. Password of each user: its name. */
export async function startTestBroker(
  options: {
    users?: readonly string[];
    acl?: string;
    dir?: string;
  } & Partial<Pick<BrokerOptions, 'listeners' | 'limits' | 'subscriptions' | 'clock' | 'log'>> = {},
): Promise<TestBroker> {
  const { users = [], acl = defaultAcl('vehicle/updates'), dir: given, ...rest } = options;
  const own: TempDir | null = given === undefined ? await tempDir() : null;
  const dir = given ?? own!.join('broker');
  const credentials = createCredentials(systemRandom);
  for (const user of users) await credentials.set(user, user);
  const broker = await startBroker({
    dir,
    listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 0 }],
    credentials,
    acl: parseAcl(acl),
    clock: systemClock,
    log: silentLog,
    ...rest,
  });
  const events: BrokerEvent[] = [];
  const waiting = new Set<(event: BrokerEvent) => void>();
  broker.onEvent((event) => {
    events.push(event);
    for (const look of waiting) look(event);
  });
  const { url, port } = broker.endpoints[0]!;
  return {
    broker,
    url,
    port,
    dir,
    events,
    event: (fits) =>
      new Promise((resolve) => {
        const past = events.find(fits);
        if (past) {
          resolve(past);
          return;
        }
        const look = (event: BrokerEvent): void => {
          if (!fits(event)) return;
          waiting.delete(look);
          resolve(event);
        };
        waiting.add(look);
      }),
    close: async () => {
      await broker.close();
      await own?.remove();
    },
  };
}

export type MosquittoProcess = {
  readonly url: string;
  readonly port: number;
  /** What it printed so far. */
  log(): string;
  /** Takes another access list, as an operator does with SIGHUP. Connections stay. */
  readonly reload: (acl: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Debian keeps it outside a user's PATH. */
const MOSQUITTO = '/usr/sbin/mosquitto';

/** A real Mosquitto on a free port of this machine. Password of each user: its name. */
export async function startMosquitto(options: {
  users?: readonly string[];
  acl?: string;
  /** Further lines of mosquitto.conf. */
  conf?: readonly string[];
}): Promise<MosquittoProcess> {
  const { users = [], acl = defaultAcl('vehicle/updates'), conf = [] } = options;
  const dir = await tempDir();
  const port = await freePort();
  await writeFile(dir.join('passwords'), users.map((user) => `${user}:${user}\n`).join(''));
  if (users.length > 0) await succeed('mosquitto_passwd', ['-U', dir.join('passwords')]);
  await writeFile(dir.join('acl'), acl);
  const lines = [
    `listener ${String(port)} 127.0.0.1`,
    `allow_anonymous ${users.length === 0 ? 'true' : 'false'}`,
    `password_file ${dir.join('passwords')}`,
    `acl_file ${dir.join('acl')}`,
    'log_dest stderr',
    // Root would become the user mosquitto, who cannot read this folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...conf,
  ];
  await writeFile(dir.join('mosquitto.conf'), lines.map((line) => `${line}\n`).join(''));
  const child = spawn(MOSQUITTO, ['-c', dir.join('mosquitto.conf'), '-v'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = collect(child);
  const close = async (): Promise<void> => {
    await stop(child);
    await dir.remove();
  };
  try {
    await output.until(/ running$/m);
  } catch (error) {
    await close();
    throw error;
  }
  const reload = async (text: string): Promise<void> => {
    await writeFile(dir.join('acl'), text);
    const before = output.text().length;
    child.kill('SIGHUP');
    // Its one thread says so and then reads: whatever it is sent after that meets the new list.
    await output.until(/Reloading config/, before);
  };
  return { url: `mqtt://127.0.0.1:${String(port)}`, port, log: output.text, reload, close };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function succeed(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  // Mosquitto forgets a SIGTERM that comes between its "running" and its loop.
  const again = setInterval(() => child.kill('SIGTERM'), 200);
  await gone;
  clearInterval(again);
}

function collect(child: ChildProcess): {
  text: () => string;
  /** The first match behind the first `from` characters, past or to come. */
  until: (pattern: RegExp, from?: number) => Promise<void>;
} {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    text: () => text,
    until: (pattern, from = 0) =>
      new Promise((resolve, reject) => {
        const forget = (): void => {
          child.stderr?.off('data', look);
          child.off('error', fail);
          child.off('exit', onExit);
        };
        const look = (): void => {
          if (!pattern.test(text.slice(from))) return;
          forget();
          resolve();
        };
        const fail = (error: Error): void => {
          forget();
          reject(error);
        };
        const onExit = (): void => {
          fail(new Error(`${MOSQUITTO} ended early:\n${text}`));
        };
        child.stderr?.on('data', look);
        child.once('error', fail);
        child.once('exit', onExit);
        look();
      }),
  };
}
