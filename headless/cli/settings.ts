import { Settings } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type ExitCode } from './exit.ts';
import { readPassphrase, readText } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { type Surroundings } from './session.ts';
import { withTrust } from './trust.ts';

/** What the window stored, as JSON; it has no secrets. */
export function runSettingsGet(around: Surroundings, options: WorkspaceOptions): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const settings = await client.settings.get();
    if (output.json) output.say({ event: 'settings', settings }, null);
    else output.raw(JSON.stringify(settings, null, 2));
    return undefined;
  });
}

export type SettingsOptions = WorkspaceOptions & { ca?: string };

/** Changes some of them; checked whole, and all or nothing. */
export function runSettingsSet(
  around: Surroundings,
  changes: readonly string[],
  options: SettingsOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const caPem = options.ca === undefined ? {} : { caPem: await readText(options.ca) };
    const wanted: unknown = changes.reduce(changed, await client.settings.get());
    const read = Settings.safeParse(wanted);
    if (!read.success) {
      const [issue] = read.error.issues;
      const where = issue?.path.map(String).join('.') ?? '';
      throw refused(`${where}: ${issue?.message ?? 'not as settings are'}`);
    }
    const { externalBroker } = read.data;
    if (options.ca !== undefined && externalBroker === null) {
      throw refused('--ca is about an outside broker, and none is set');
    }
    const settings = await client.settings.set({
      ...read.data,
      externalBroker: externalBroker && { ...externalBroker, ...caPem },
    });
    output.say({ event: 'settings', settings }, `Set ${changes.join(', ')}`);
    return undefined;
  });
}

const refused = (reason: string): HeadlessError =>
  new HeadlessError('BAD_ARGUMENT', reason, {
    next: 'ota-bench settings get prints all of them; write PATH=VALUE, such as listeners.tls.port=8884',
  });

type Tree = { readonly [name: string]: unknown };
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an outside broker is, where none was set. */
const EMPTY: Readonly<Record<string, Tree>> = { externalBroker: { url: '', caPem: null } };

/** @throws HeadlessError BAD_ARGUMENT */
function changed(settings: unknown, change: string): unknown {
  const at = change.indexOf('=');
  if (at < 1) throw refused(`"${change.slice(0, 80)}" is not PATH=VALUE`);
  const [path, text] = [change.slice(0, at), change.slice(at + 1)];
  const put = (tree: unknown, [name = '', ...rest]: readonly string[]): Tree => {
    if (!isTree(tree) || !Object.hasOwn(tree, name)) throw refused(`there is no setting ${path}`);
    const below = tree[name] ?? EMPTY[name];
    return { ...tree, [name]: rest.length === 0 ? valueOf(text) : put(below, rest) };
  };
  return put(settings, path.split('.'));
}

/** Numbers, true, false and null are JSON; whatever is none is a text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export type PasswordOptions = WorkspaceOptions & {
  user: string;
  outside?: boolean;
  passwordFile?: string;
  forget?: boolean;
};

/** Into the vault, never an argument. */
export function runSettingsPassword(
  around: Surroundings,
  options: PasswordOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { user, outside, passwordFile, forget } = options;
    if ((forget === true) === (passwordFile !== undefined)) {
      throw new HeadlessError('BAD_ARGUMENT', 'say which password, or that it is forgotten', {
        next: 'give --password-file FILE (- is standard input), or --forget',
      });
    }
    const password = (await readPassphrase(passwordFile, around)) ?? null;
    const broker = outside === true ? 'outside' : 'own';
    await client.settings.setPassword({ broker, user, password });
    const words = password === null ? 'Forgot the password of' : 'Set the password of';
    output.say({ event: 'password', broker, user, kept: password !== null }, `${words} ${user}`);
    return undefined;
  });
}
