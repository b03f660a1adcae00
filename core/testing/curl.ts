import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createBenchCa, type BenchCa, type Identity } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import type { TempDir } from './temp.ts';

const run = promisify(execFile);

export type CurlAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One character for each byte. */
  readonly body: string;
  readonly json: () => Record<string, unknown>;
};

export type CurlOptions = { readonly as?: string; readonly args?: readonly string[] };

/** Real curl with client certificates, as the reader of a manual would type it. */
export type Curl = {
  readonly ca: BenchCa;
  readonly server: Identity;
  /** Writes `{cn}.crt` and `{cn}.key`, by this CA or another. */
  identity(cn: string, from?: BenchCa): Promise<void>;
  /** Arguments that name the CA and, unless null, an identity. */
  tls(as: string | null): string[];
  get(url: string, options?: CurlOptions): Promise<CurlAnswer>;
  post(url: string, body: unknown, options?: CurlOptions): Promise<CurlAnswer>;
  /** Whatever it prints. */
  plain(...args: string[]): Promise<{ stdout: string; stderr: string }>;
};

/** @param usual common name of the certificate that is used unless told otherwise */
export async function openCurl(dir: TempDir, usual: string): Promise<Curl> {
  const ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Test CA' });
  await writeFile(dir.join('ca.crt'), ca.certPem);
  const identity: Curl['identity'] = async (cn, from = ca) => {
    const { certPem, keyPem } = await from.issue({ kind: 'client', cn });
    await writeFile(dir.join(`${cn}.crt`), certPem);
    await writeFile(dir.join(`${cn}.key`), keyPem);
  };
  await identity(usual);
  const tls: Curl['tls'] = (as) => {
    const own =
      as === null ? [] : ['--cert', dir.join(`${as}.crt`), '--key', dir.join(`${as}.key`)];
    return ['--silent', '--show-error', '--cacert', dir.join('ca.crt'), ...own];
  };
  const get: Curl['get'] = async (url, { as = usual, args = [] } = {}) => {
    const { stdout } = await run('curl', [...tls(as), '--include', '--http1.1', ...args, url], {
      encoding: 'latin1',
      maxBuffer: 10_000_000,
    });
    return answerIn(stdout);
  };
  return {
    ca,
    server: await ca.issue({ kind: 'server', cn: 'backend' }),
    identity,
    tls,
    get,
    post: (url, body, { args = [], ...options } = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const json = ['--header', 'Content-Type: application/json', '--data-binary', text];
      return get(url, { ...options, args: [...json, ...args] });
    },
    plain: (...args) => run('curl', args),
  };
}

function answerIn(output: string): CurlAnswer {
  const final = output.replace(/^HTTP\/1\.1 100[^]*?\r\n\r\n/, '');
  const end = final.indexOf('\r\n\r\n');
  const [first = '', ...lines] = final.slice(0, end).split('\r\n');
  const body = final.slice(end + 4);
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(
      lines.map((line) => {
        const [name = '', ...value] = line.split(': ');
        return [name.toLowerCase(), value.join(': ')];
      }),
    ),
    body,
    json: () => JSON.parse(Buffer.from(body, 'latin1').toString('utf8')) as Record<string, unknown>,
  };
}
