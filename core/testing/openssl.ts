import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { TempDir } from './temp.ts';

export type OpensslAnswer = { readonly code: number; readonly text: string };

/** The openssl command in a folder of its own. */
export type Openssl = {
  /** Whatever it says; words are split at spaces. */
  run(command: string): Promise<OpensslAnswer>;
  /** Fails the test unless it exits with 0. */
  ok(command: string): Promise<string>;
  write(name: string, content: string | Uint8Array): Promise<void>;
  read(name: string): Promise<{ name: string; bytes: Uint8Array }>;
};

export function opensslIn(dir: TempDir): Openssl {
  const run: Openssl['run'] = (command) =>
    new Promise((resolve) => {
      const child = execFile(
        'openssl',
        command.split(' '),
        { cwd: dir.path, timeout: 30_000 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ code, text: stdout + stderr });
        },
      );
      child.stdin?.end();
    });
  return {
    run,
    ok: async (command) => {
      const { code, text } = await run(command);
      if (code !== 0) throw new Error(`openssl ${command}: ${text}`);
      return text;
    },
    write: (name, content) => writeFile(dir.join(name), content),
    read: async (name) => ({ name, bytes: new Uint8Array(await readFile(dir.join(name))) }),
  };
}
