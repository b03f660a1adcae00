import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type TempDir, tempDir } from './temp.ts';

/** Certificates as the outside world makes them. Everything lies in `dir` as NAME.pem and NAME.key. */
export type OpensslPki = {
  readonly file: (name: string) => string;
  readonly text: (name: string) => Promise<string>;
  /** Also writes NAME.crl, which is empty. */
  readonly makeCa: (name: string) => Promise<void>;
  readonly issue: (name: string, options?: OpensslRequest) => Promise<void>;
  /** A certificate that is its own issuer. */
  readonly selfSigned: (name: string, cn: string) => Promise<void>;
  /** Revokes what the CA called ca issued, and writes its CRL anew. */
  readonly revoke: (name: string) => Promise<void>;
  readonly remove: () => Promise<void>;
};

export type OpensslRequest = {
  ca?: string;
  cn?: string;
  /** `named` is a server called other.example. */
  as?: 'client' | 'server' | 'named';
  /** YYYYMMDDHHMMSSZ */
  from?: string;
  to?: string;
};

const P256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const execute = promisify(execFile);

async function openssl(args: readonly string[]): Promise<void> {
  await execute('openssl', args);
}

export async function openOpensslPki(): Promise<OpensslPki> {
  const dir: TempDir = await tempDir();
  const file = (name: string): string => dir.join(name);

  async function selfSigned(name: string, cn: string): Promise<void> {
    const out = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)];
    await openssl(['req', '-x509', ...P256, ...out, '-subj', `/CN=${cn}`, '-days', '2']);
  }
  const writeCrl = (ca: string): Promise<void> =>
    openssl(['ca', '-config', file(`${ca}.cnf`), '-gencrl', '-out', file(`${ca}.crl`)]);

  return {
    file,
    text: (name) => readFile(file(name), 'utf8'),
    makeCa: async (name) => {
      await mkdir(file(name));
      await writeFile(file(`${name}/index.txt`), '');
      await writeFile(file(`${name}/crlnumber`), '01\n');
      await writeFile(file(`${name}.cnf`), configuration(name, file));
      await selfSigned(name, name);
      await writeCrl(name);
    },
    issue: async (name, options = {}) => {
      const { ca = 'ca', cn = name, as = 'client', from = '20200101000000Z' } = options;
      const { to = '20490101000000Z' } = options;
      const request = ['-keyout', file(`${name}.key`), '-out', file(`${name}.csr`)];
      await openssl(['req', '-new', ...P256, ...request, '-subj', `/CN=${cn}`]);
      const dates = ['-startdate', from, '-enddate', to];
      const inOut = ['-in', file(`${name}.csr`), '-out', file(`${name}.pem`), '-notext'];
      const config = ['-batch', '-config', file(`${ca}.cnf`), '-extensions', as];
      await openssl(['ca', ...config, ...dates, ...inOut]);
    },
    selfSigned,
    revoke: async (name) => {
      await openssl(['ca', '-config', file('ca.cnf'), '-revoke', file(`${name}.pem`)]);
      await writeCrl('ca');
    },
    remove: dir.remove,
  };
}

function configuration(name: string, file: (name: string) => string): string {
  return `[ca]
default_ca = own
[own]
database = ${file(`${name}/index.txt`)}
new_certs_dir = ${file(name)}
crlnumber = ${file(`${name}/crlnumber`)}
rand_serial = yes
certificate = ${file(`${name}.pem`)}
private_key = ${file(`${name}.key`)}
default_md = sha256
default_crl_days = 1
policy = any
unique_subject = no
[any]
commonName = supplied
[client]
extendedKeyUsage = clientAuth
[server]
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1,DNS:localhost
[named]
extendedKeyUsage = serverAuth
subjectAltName = DNS:other.example
`;
}
