import { fileURLToPath } from 'node:url';
import { type Line } from './run-cli.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

export type Ended = { code: number; stdout: string; stderr: string };
export const linesOf = ({ stdout }: Ended): Line[] =>
  stdout.split('\n').flatMap((text) => (text.startsWith('{') ? [JSON.parse(text) as Line] : []));

export type CommandsIn = (
  commands: readonly (readonly string[])[],
  keyring?: 'unlocked' | 'none',
) => Promise<Ended[]>;

/** Commands one after the other, each a process of its own, in one login session. */
export async function runInSession(
  session: { run(source: string, keyring?: 'unlocked' | 'none'): Promise<unknown[]> },
  commands: readonly (readonly string[])[],
  keyring: 'unlocked' | 'none' = 'unlocked',
): Promise<Ended[]> {
  const ended = await session.run(
    `import { spawnSync } from 'node:child_process';
    for (const args of ${JSON.stringify(commands)}) {
      const command = ['--disable-warning=ExperimentalWarning', ${JSON.stringify(CLI)}, ...args];
      const { status, stdout, stderr } = spawnSync(process.execPath, command, {
        encoding: 'utf8',
        input: 'from standard input\\n',
        env: { ...process.env, OTA_BENCH_VAULT: 'keychain' },
        maxBuffer: 1e8,
      });
      console.log(JSON.stringify({ code: status, stdout, stderr }));
    }`,
    keyring,
  );
  return ended as Ended[];
}
