import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type BenchOptions } from '#core/bench';
import { SignaturePolicy, SigningAlgorithm, Transport } from '#core/contract';
import { HeadlessError } from '../errors.ts';

export type VaultChoice = 'keychain' | 'session';

/** Of every command, also of those that start no role. */
export type WorkspaceOptions = {
  workspace?: string;
  vault?: VaultChoice;
  json?: boolean;
  verbose?: boolean;
};

/** What every command that runs roles understands; commander fills it in. */
export type CommonOptions = WorkspaceOptions & {
  broker?: string;
  ca?: string;
  credentials?: string;
  transport?: Transport;
  ecuSpeed?: 'real' | 'full';
  algorithm?: SigningAlgorithm;
  policy?: SignaturePolicy;
  root?: string;
  trust?: string[];
  trustOut?: string;
};

/** Of commands that simulate vehicles. */
export type FaultOptions = {
  fault?: string[];
  faultSeed?: string;
  realPowerCut?: boolean;
};

/** Ports of the roles that a command runs in the foreground. */
export type PortOptions = {
  port?: number | undefined;
  tlsPort?: number | undefined;
  apiPort?: number | undefined;
};

/** Limits of the embedded broker that a larger fleet needs raised. */
export type LimitOptions = { maxClients?: number; connectRate?: number };

export const limitOptions = (): Option[] => [
  new Option('--max-clients <n>', 'connections that the embedded broker holds').argParser(
    parseLimit,
  ),
  new Option(
    '--connect-rate <n>',
    'new connections a second that it takes from one address, after a first rush',
  ).argParser(parseLimit),
];

/** What the broker lets in at a stroke unless told otherwise. */
const USUAL_BURST = 6_000;

export function brokerLimitsOf({
  maxClients,
  connectRate,
}: LimitOptions): NonNullable<BenchOptions['brokerLimits']> {
  return {
    ...(maxClients === undefined ? {} : { clients: maxClients }),
    // All of them at a stroke: a whole fleet after a restart.
    ...(maxClients === undefined || maxClients <= USUAL_BURST ? {} : { connectBurst: maxClients }),
    ...(connectRate === undefined ? {} : { connectsPerSecond: connectRate }),
  };
}

export const workspaceOptions = (): Option[] => [
  new Option('--workspace <dir>', 'folder that keeps releases, images, vehicles and sessions'),
  new Option(
    '--vault <where>',
    'where keys and passwords rest; left out: OTA_BENCH_VAULT, else the keychain',
  ).choices(['keychain', 'session']),
  new Option('--json', 'one JSON object per line on standard output, nothing else'),
  new Option('--verbose', 'tell on standard error what happens inside'),
];

export const commonOptions = (): Option[] => [
  ...workspaceOptions(),
  new Option('--broker <url>', 'outside broker (mqtt://host:port) instead of the embedded one'),
  new Option('--ca <file>', 'PEM file of the CA that the outside broker is trusted by'),
  new Option('--credentials <file>', 'JSON file {"user": "password"} for the broker'),
  new Option('--transport <how>', 'how the vehicle fetches the image').choices(Transport.options),
  new Option('--ecu-speed <speed>', 'full: simulated ECUs wait for nothing').choices([
    'real',
    'full',
  ]),
  new Option('--algorithm <name>', 'how messages are signed').choices(SigningAlgorithm.options),
  new Option('--policy <policy>', 'what verifiers do about missing or wrong signatures').choices(
    SignaturePolicy.options,
  ),
  new Option('--root <topic>', 'topic root instead of vehicle/updates'),
  new Option('--trust <file>', "another process's public keys (repeatable)").argParser(collect),
  new Option('--trust-out <file>', "write this process's public keys there"),
];

export const faultOptions = (): Option[] => [
  new Option(
    '--fault <kind:parameter=value,…>',
    'let something go wrong in the vehicle (repeatable); docs/FAULTS.md lists what',
  ).argParser(collect),
  new Option('--fault-seed <text>', 'decides what faults leave to chance; the same again'),
  new Option(
    '--real-power-cut',
    'a power cut kills this process at that byte, as kill -9 does; start it again on its workspace',
  ),
];

export type Overrides = NonNullable<BenchOptions['settings']>;

/** Settings that the options of this run replace. */
export async function overridesOf(options: CommonOptions): Promise<Overrides> {
  const { broker, ca, transport, algorithm, policy, root } = options;
  if (ca !== undefined && broker === undefined) {
    throw new HeadlessError('BAD_ARGUMENT', '--ca is about an outside broker, and none is named', {
      next: 'name it with --broker mqtts://host:port',
    });
  }
  return {
    ...(broker === undefined
      ? {}
      : { externalBroker: { url: checkedUrl(broker), caPem: await readCa(ca) } }),
    ...(transport === undefined ? {} : { transport }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(root === undefined ? {} : { topicRoot: root }),
    ...(policy === undefined
      ? {}
      : { policies: { gatekeeper: policy, dcu: policy, backend: policy } }),
  };
}

/** A plain listener is asked for by its port, and then for this machine alone. */
export function portsOf({ port, tlsPort, apiPort }: PortOptions): Overrides {
  return {
    listeners: {
      ...(port === undefined ? {} : { tcp: { on: true, host: '127.0.0.1', remote: false, port } }),
      ...(tlsPort === undefined ? {} : { tls: { on: true, port: tlsPort } }),
    },
    ...(apiPort === undefined ? {} : { backendPort: apiPort }),
  };
}

/** As the contract takes it. */
const CA_LIMIT = 65_536;

async function readCa(file: string | undefined): Promise<string | null> {
  if (file === undefined) return null;
  const refuse = (reason: string, cause?: unknown): never => {
    throw new HeadlessError('CA_FILE', `${file}: ${reason}`, {
      next: 'give the PEM file of the CA that signed the broker certificate',
      cause,
    });
  };
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    refuse((error as NodeJS.ErrnoException).code ?? 'cannot be read', error),
  );
  if (text.length > CA_LIMIT) return refuse('this is too long for a CA');
  // A key must not come into the settings, which are shown and may be stored.
  if (text.includes('PRIVATE KEY-----')) return refuse('this holds a private key');
  return text.includes('-----BEGIN CERTIFICATE-----') ? text : refuse('this holds no certificate');
}

/**
 * A workspace that stays keeps its secrets in the keychain; one that goes with the command leaves
 * nothing behind there either.
 */
export function vaultOf(
  { vault, workspace }: WorkspaceOptions,
  temporary: boolean,
  env: NodeJS.ProcessEnv,
): VaultChoice {
  const goes = temporary && workspace === undefined;
  if (goes && vault === 'keychain') {
    throw new HeadlessError('BAD_ARGUMENT', 'a temporary workspace keeps nothing in the keychain', {
      next: 'name a folder with --workspace, or leave --vault out',
    });
  }
  if (vault !== undefined) return vault;
  if (goes) return 'session';
  const wanted = env['OTA_BENCH_VAULT'] ?? 'keychain';
  if (wanted === 'keychain' || wanted === 'session') return wanted;
  throw new HeadlessError('BAD_ARGUMENT', `OTA_BENCH_VAULT is "${wanted.slice(0, 40)}"`, {
    next: 'set it to keychain or session, or remove it',
  });
}

const BROKER_SCHEMES = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && BROKER_SCHEMES.has(url.protocol) && url.hostname && !url.username && !url.password) {
    return text;
  }
  const reason =
    url?.username || url?.password
      ? 'a password does not belong into an address: other users of this machine can read it'
      : `"${text.slice(0, 200)}" is no broker address`;
  throw new HeadlessError('BAD_URL', reason, {
    next: 'write --broker mqtt://host:port, and users and passwords into --credentials FILE',
  });
}

const Credentials = z.record(z.string().min(1).max(256), z.string().max(1_024));

/** `{"backend": "secret", …}`; the file is read, never copied anywhere. */
export async function readCredentials(
  file: string | undefined,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (file === undefined) return undefined;
  const refuse = (reason: string, cause: unknown): never => {
    throw new HeadlessError('CREDENTIALS_FILE', `${file}: ${reason}`, {
      next: 'give a JSON file like {"backend": "…", "gatekeeper": "…", "VIN1234567890": "…"}',
      cause,
    });
  };
  try {
    return Credentials.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return refuse('this is not JSON', error);
    if (error instanceof z.ZodError) {
      return refuse('this is not an object of user names and passwords', error);
    }
    return refuse((error as NodeJS.ErrnoException).code ?? 'cannot be read', error);
  }
}

/** Where a desktop application of this system keeps its data. */
export function workspaceDir(
  given: string | undefined,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): string {
  if (given !== undefined) return resolve(given);
  switch (platform) {
    case 'win32':
      return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'OTA Bench');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'OTA Bench');
    default:
      return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'ota-bench');
  }
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 (any free one) to 65535.');
}

const LIMIT_MOST = 100_000;

function parseLimit(text: string): number {
  const count = Number(text);
  if (/^[1-9]\d{0,5}$/.test(text) && count <= LIMIT_MOST) return count;
  throw new InvalidArgumentError(`a limit is a whole number from 1 to ${String(LIMIT_MOST)}.`);
}

/** A repeatable option. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
