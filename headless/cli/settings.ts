import { HeadlessError } from '../errors.ts';
import { type ExitCode } from './exit.ts';
import { readPassphrase, readText } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { type Surroundings } from './session.ts';
import { badChange, changedSettings } from './settings-change.ts';
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
    const wanted = changedSettings(await client.settings.get(), changes);
    const { externalBroker } = wanted;
    if (options.ca !== undefined && externalBroker === null) {
      throw badChange('--ca is about an outside broker, and none is set');
    }
    const settings = await client.settings.set({
      ...wanted,
      externalBroker: externalBroker && { ...externalBroker, ...caPem },
    });
    output.say({ event: 'settings', settings }, `Set ${changes.join(', ')}`);
    return undefined;
  });
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
