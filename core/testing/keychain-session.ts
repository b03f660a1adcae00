import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { TempDir } from './temp.ts';

const run = promisify(execFile);

/** A login session of its own: a message bus and GNOME's keyring, whose files are in `home`. */
export type KeychainSession = {
  /**
   * Runs a module of TypeScript in a process of its own inside a new session, as the same user
   * with the same keyring, and gives back the lines it printed, parsed as JSON.
   *
   * @param keyring `none`: there is a bus, but nobody answers for secrets
   */
  run(source: string, keyring?: 'unlocked' | 'none'): Promise<unknown[]>;
};

const UNLOCK = 'printf %s password | gnome-keyring-daemon --unlock --components=secrets >/dev/null';
/** Locks what `UNLOCK` opened; for a process to run in the middle of its work. */
export const LOCK_KEYRING = [
  'gdbus',
  'call',
  '--session',
  '--dest=org.freedesktop.secrets',
  '--object-path=/org/freedesktop/secrets',
  '--method=org.freedesktop.Secret.Service.Lock',
  "['/org/freedesktop/secrets/collection/login']",
] as const;

export async function keychainSession(home: TempDir): Promise<KeychainSession> {
  const runtime = home.join('run');
  await mkdir(runtime, { mode: 0o700 });
  // A bus without service files starts nothing by itself, so that `none` means none.
  const busConfig = home.join('bus.conf');
  await writeFile(
    busConfig,
    `<busconfig><type>session</type><listen>unix:dir=${runtime}</listen>
     <policy context="default"><allow send_destination="*" eavesdrop="true"/>
     <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  return {
    run: async (source, keyring = 'unlocked') => {
      const node = `exec "$NODE" --input-type=module-typescript --eval "$SOURCE"`;
      const script = keyring === 'unlocked' ? `${UNLOCK} && ${node}` : node;
      const { stdout } = await run(
        'dbus-run-session',
        [`--config-file=${busConfig}`, '--', 'sh', '-c', script],
        {
          env: {
            ...process.env,
            // Nobody is there to type into a window.
            DISPLAY: undefined,
            DBUS_SESSION_BUS_ADDRESS: undefined,
            HOME: home.path,
            XDG_DATA_HOME: home.join('data'),
            XDG_RUNTIME_DIR: runtime,
            NODE: process.execPath,
            SOURCE: source,
          },
          timeout: 150_000,
        },
      );
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown);
    },
  };
}
