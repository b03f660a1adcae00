import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { TempDir } from './temp.ts';

type OpensslAnswer = { readonly code: number; readonly text: string };

/** Every key type the bench reads, as openssl makes it. */
const OPENSSL_KEYS = {
  'RSA 2048': 'RSA -pkeyopt rsa_keygen_bits:2048',
  'RSA 4096': 'RSA -pkeyopt rsa_keygen_bits:4096',
  'P-256': 'EC -pkeyopt ec_paramgen_curve:P-256',
  'P-384': 'EC -pkeyopt ec_paramgen_curve:P-384',
  'P-521': 'EC -pkeyopt ec_paramgen_curve:P-521',
  Ed25519: 'ED25519',
} as const;
export type OpensslKey = keyof typeof OPENSSL_KEYS;
export const OPENSSL_KEY_TYPES = Object.keys(OPENSSL_KEYS) as OpensslKey[];

/** The openssl command in a folder of its own. */
export type Openssl = {
  /** Whatever it says; words are split at spaces. */
  run(command: string): Promise<OpensslAnswer>;
  /** Fails the test unless it exits with 0. */
  ok(command: string): Promise<string>;
  write(name: string, content: string | Uint8Array): Promise<void>;
  read(name: string): Promise<{ name: string; bytes: Uint8Array }>;
  /** `{name}.key` and a self-signed CA `{name}.pem`, once for each type; gives the name. */
  ca(type: OpensslKey): Promise<string>;
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
  const ok: Openssl['ok'] = async (command) => {
    const { code, text } = await run(command);
    if (code !== 0) throw new Error(`openssl ${command}: ${text}`);
    return text;
  };
  const made = new Map<OpensslKey, Promise<string>>();
  const make = async (type: OpensslKey): Promise<string> => {
    const name = type.replace(' ', '');
    const subject = `-subj /O=Örg/CN=${name} -utf8 -addext keyUsage=critical,keyCertSign,cRLSign`;
    await ok(`genpkey -algorithm ${OPENSSL_KEYS[type]} -out ${name}.key`);
    await ok(`req -x509 -new -key ${name}.key -days 30 ${subject} -out ${name}.pem`);
    return name;
  };
  return {
    run,
    ok,
    ca: (type) => {
      const known = made.get(type) ?? make(type);
      made.set(type, known);
      return known;
    },
    write: (name, content) => writeFile(dir.join(name), content),
    read: async (name) => ({ name, bytes: new Uint8Array(await readFile(dir.join(name))) }),
  };
}
