import { fileURLToPath } from 'node:url';
import { type Ended, type Line } from './run-cli.ts';

const RUN_CLI = fileURLToPath(new URL('run-cli.ts', import.meta.url));

export { type Ended };
export const linesOf = ({ lines }: Ended): Line[] => lines;

export type CommandsIn = (
  commands: readonly (readonly string[])[],
  keyring?: 'unlocked' | 'none',
) => Promise<Ended[]>;

/** Commands one after the other in one login session, in a process that ends with it. */
export async function runInSession(
  session: { run(source: string, keyring?: 'unlocked' | 'none'): Promise<unknown[]> },
  commands: readonly (readonly string[])[],
  keyring: 'unlocked' | 'none' = 'unlocked',
): Promise<Ended[]> {
  const ended = await session.run(
    `import { begin } from ${JSON.stringify(RUN_CLI)};
    for (const args of ${JSON.stringify(commands)}) {
      const given = { vault: 'keychain', input: 'from standard input\\n' };
      console.log(JSON.stringify(await begin(args, given).ended));
    }`,
    keyring,
  );
  return ended as Ended[];
}
