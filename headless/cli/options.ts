import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type Settings, SignaturePolicy, SigningAlgorithm, Transport } from '#core/contract';
import { HeadlessError } from '../errors.ts';

/** What every command that opens a bench understands; commander fills it in. */
export type CommonOptions = {
  workspace?: string;
  json?: boolean;
  broker?: string;
  credentials?: string;
  transport?: Transport;
  ecuSpeed?: 'real' | 'full';
  algorithm?: SigningAlgorithm;
  policy?: SignaturePolicy;
  root?: string;
  trust?: string[];
  trustOut?: string;
  verbose?: boolean;
};

/** Ports of the roles that a command runs in the foreground. */
export type PortOptions = {
  port?: number | undefined;
  tlsPort?: number | undefined;
  apiPort?: number | undefined;
};

export const commonOptions = (): Option[] => [
  new Option('--workspace <dir>', 'folder that keeps releases, images, vehicles and sessions'),
  new Option('--json', 'one JSON object per line on standard output, nothing else'),
  new Option('--broker <url>', 'outside broker (mqtt://host:port) instead of the embedded one'),
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
  new Option('--verbose', 'tell on standard error what happens inside'),
];

/** Settings that the options of this run replace. */
export function overridesOf(options: CommonOptions): Partial<Settings> {
  const { broker, transport, algorithm, policy, root } = options;
  return {
    ...(broker === undefined ? {} : { externalBroker: { url: checkedUrl(broker) } }),
    ...(transport === undefined ? {} : { transport }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(root === undefined ? {} : { topicRoot: root }),
    ...(policy === undefined
      ? {}
      : { policies: { gatekeeper: policy, dcu: policy, backend: policy } }),
  };
}

export function portsOf({ port, tlsPort, apiPort }: PortOptions): Partial<Settings> {
  return {
    ...(port === undefined ? {} : { brokerPort: port }),
    ...(tlsPort === undefined ? {} : { brokerTlsPort: tlsPort }),
    ...(apiPort === undefined ? {} : { backendPort: apiPort }),
  };
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

/** A repeatable option. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
