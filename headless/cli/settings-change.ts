import { Settings } from '#core/contract';
import { HeadlessError } from '../errors.ts';

/** `PATH=VALUE` of each applied, and the whole read. @throws HeadlessError BAD_ARGUMENT */
export function changedSettings(settings: Settings, changes: readonly string[]): Settings {
  const wanted: unknown = changes.reduce<unknown>(changed, settings);
  const read = Settings.safeParse(wanted);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  throw badChange(`${where}: ${issue?.message ?? 'not as settings are'}`);
}

export const badChange = (reason: string): HeadlessError =>
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
  if (at < 1) throw badChange(`"${change.slice(0, 80)}" is not PATH=VALUE`);
  const [path, text] = [change.slice(0, at), change.slice(at + 1)];
  const put = (tree: unknown, [name = '', ...rest]: readonly string[]): Tree => {
    if (!isTree(tree) || !Object.hasOwn(tree, name)) throw badChange(`there is no setting ${path}`);
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
