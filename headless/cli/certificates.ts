import { join } from 'node:path';
import { type Bench, type BenchClient, DEMO_VIN } from '#core/bench';
import { type CertificateView, type TrustView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type Output } from './output.ts';
import { type Reserved, reserveOutput } from './outputs.ts';

export type CertificatesOptions = {
  certificatesOut?: string;
  force?: boolean;
  /** Vehicles that shall have one. */
  vins?: readonly string[];
};

/** Trust as it is now. */
export async function trustOf(client: BenchClient): Promise<TrustView> {
  const stream = await client.trust.watch();
  try {
    const { value, done } = await stream.next();
    const view = done === true ? undefined : value.upserts[0];
    if (view === undefined) throw new Error('the stream of trust began without a snapshot');
    return view;
  } finally {
    await stream.return();
  }
}

export type CertificateFiles = { write(): Promise<void>; release(): Promise<void> };

/**
 * Files for programs outside, only when asked: the keys leave the vault with them. Their places
 * are taken first, before a role starts and a certificate is made that would reach nobody.
 */
export async function reserveCertificates(
  { client }: Bench,
  { certificatesOut: dir, force, vins = [DEMO_VIN] }: CertificatesOptions,
  output: Output,
): Promise<CertificateFiles> {
  const places = new Map<string, Reserved>();
  const release = async (): Promise<void> => {
    for (const place of [...places.values()].reverse()) await place.release();
  };
  if (dir === undefined) return { write: async () => undefined, release };
  const { certificates } = await trustOf(client);
  const known = certificates.filter(isGoodIdentity).map(({ cn }) => cn);
  const names = [...new Set([...known, 'backend', 'gatekeeper', ...vins])];
  try {
    for (const name of ['ca.pem', ...names.flatMap((cn) => [`${cn}.pem`, `${cn}.key`])]) {
      if (places.has(name)) {
        throw new HeadlessError('BAD_ARGUMENT', `two certificates would be written to ${name}`, {
          next: 'call the vehicle by another name, or leave --certificates-out out',
        });
      }
      const wish = { secret: name.endsWith('.key'), force };
      places.set(name, await reserveOutput(join(dir, name), wish));
    }
  } catch (error) {
    await release();
    throw error;
  }
  return {
    release,
    async write() {
      const contents = await contentsOf(client, names);
      for (const [name, text] of contents) await places.get(name)?.write(text);
      for (const name of contents.keys()) await places.get(name)?.commit();
      output.say(
        { event: 'certificates', dir, names },
        `Wrote ca.pem, and certificate and key of ${names.join(', ')}, to ${dir}`,
      );
    },
  };
}

/** By file name. */
async function contentsOf(
  client: BenchClient,
  names: readonly string[],
): Promise<Map<string, string>> {
  const before = (await trustOf(client)).certificates.filter(isGoodIdentity);
  for (const cn of names) {
    // The bench makes its own when a role needs them; programs outside cannot wait for that.
    if (before.some((each) => each.cn === cn)) continue;
    await client.trust.issue({ kind: 'client', cn });
  }
  const { certificates } = await trustOf(client);
  const ca = newest(certificates.filter(isGoodCa));
  if (ca === undefined) {
    throw new HeadlessError('CERTIFICATE_NOT_FOUND', 'this bench has no CA that is valid now', {
      next: 'make or import one; see ota-bench trust --help',
    });
  }
  const contents = new Map([['ca.pem', await exported(client, ca, 'pem')]]);
  for (const cn of names) {
    const identity = newest(certificates.filter((each) => isGoodIdentity(each) && each.cn === cn));
    if (identity === undefined) continue;
    const { certificate, key } = split(await exported(client, identity, 'pem-with-key'));
    contents.set(`${cn}.pem`, certificate);
    contents.set(`${cn}.key`, key);
  }
  return contents;
}

const isGood = ({ state }: CertificateView): boolean => state === 'valid' || state === 'expiring';
const isGoodCa = (each: CertificateView): boolean =>
  each.kind === 'ca' && isGood(each) && each.hasKey;
/** A name from an imported certificate must not choose where a file goes. */
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;
const isGoodIdentity = (each: CertificateView): boolean =>
  each.kind === 'client' && isGood(each) && each.hasKey && FILE_NAME.test(each.cn);

const newest = (certificates: readonly CertificateView[]): CertificateView | undefined =>
  [...certificates].sort((a, b) => b.notBefore - a.notBefore)[0];

async function exported(
  client: BenchClient,
  { fingerprint }: CertificateView,
  form: 'pem' | 'pem-with-key',
): Promise<string> {
  const { base64 } = await client.trust.exportCertificate({ fingerprint, form });
  return Buffer.from(base64, 'base64').toString('utf8');
}

const KEY = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[^]*?-----END (?:[A-Z]+ )?PRIVATE KEY-----\n?/;

/** Programs want the two in files of their own. */
function split(pem: string): { certificate: string; key: string } {
  const key = KEY.exec(pem)?.[0];
  if (key === undefined) throw new Error('a certificate was exported without its key');
  return { certificate: pem.replace(KEY, '').trimStart(), key: `${key.trimEnd()}\n` };
}

/**
 * By fingerprint (its first 8 characters suffice), or by common name where that is clear:
 * `client:NAME` where a server has the same one.
 *
 * @param several `newest`: of one kind and name the newest good one is meant
 */
export function findCertificate(
  certificates: readonly CertificateView[],
  which: string,
  several: 'newest' | 'refuse',
): CertificateView {
  const hex = which.replaceAll(':', '').toLowerCase();
  const byPrint = /^[0-9a-f]{8,64}$/.test(hex)
    ? certificates.filter(({ fingerprint }) => fingerprint.startsWith(hex))
    : [];
  const [, kind, cn = which] = /^(ca|server|client):(.+)$/.exec(which) ?? [];
  const named = certificates.filter(
    (each) => each.cn === cn && (kind === undefined || each.kind === kind),
  );
  const good = named.filter(isGood);
  const found = byPrint.length > 0 ? byPrint : good.length > 0 ? good : named;
  const [first, ...others] = found;
  if (first === undefined) {
    throw new HeadlessError('CERTIFICATE_NOT_FOUND', `no certificate is called "${which}"`, {
      next: 'ota-bench trust list shows names and fingerprints',
    });
  }
  if (others.length === 0) return first;
  const alike = byPrint.length === 0 && others.every((each) => each.kind === first.kind);
  if (several === 'newest' && alike) return newest(found) ?? first;
  const each = found.map((one) => `${one.kind} ${one.fingerprint.slice(0, 16)}`).join(', ');
  throw new HeadlessError(
    'CERTIFICATE_AMBIGUOUS',
    `"${which}" means ${String(found.length)} certificates: ${each}`,
    { next: 'name one by its fingerprint, or by its kind too, such as client:backend' },
  );
}
