import { type Bench, type BenchOptions, createBench } from '#core/bench';
import { type CertificateView, type TrustView, type UpdateView } from '#core/contract';

/** The real bench on a folder; its door is on any free port. */
export function aBench(
  workspaceDir: string,
  options: Partial<Omit<BenchOptions, 'workspaceDir'>> = {},
): Promise<Bench> {
  const { settings, ...rest } = options;
  return createBench({
    workspaceDir,
    host: 'headless',
    version: '0.0.0',
    ecuSpeed: 'full',
    ...rest,
    settings: { ...settings, listeners: { tls: { port: 0 }, ...settings?.listeners } },
  });
}

/** Trust as it is, or as soon as it fits. */
export async function whenTrust(
  bench: Bench,
  fits: (trust: TrustView) => boolean = () => true,
): Promise<TrustView> {
  for await (const frame of await bench.client.trust.watch()) {
    const trust = frame.upserts.find(fits);
    if (trust) return trust;
  }
  throw new Error('the stream ended first');
}

/** The certificate that `who` presents. */
export async function presentedBy(bench: Bench, who: string): Promise<CertificateView> {
  const uses = ({ usedBy }: CertificateView): boolean => usedBy.includes(who);
  const trust = await whenTrust(bench, ({ certificates }) => certificates.some(uses));
  return trust.certificates.find(uses)!;
}

/** What a program outside connects with as `cn`, as a person exports it: issued where there is none. */
export async function filesOf(
  bench: Bench,
  cn: string,
): Promise<{ ca: string; cert: string; key: string }> {
  const { trust } = bench.client;
  const { certificates } = await whenTrust(bench);
  const exported = async (fingerprint: string, form: 'pem' | 'pem-with-key'): Promise<string> => {
    const { base64 } = await trust.exportCertificate({ fingerprint, form });
    return Buffer.from(base64, 'base64').toString();
  };
  const isGood = ({ kind, state, hasKey }: CertificateView): boolean =>
    kind === 'client' && state === 'valid' && hasKey;
  const client =
    certificates.findLast((each) => each.cn === cn && isGood(each)) ??
    (await trust.issue({ kind: 'client', cn }));
  const pem = await exported(client.fingerprint, 'pem-with-key');
  const ca = certificates.find(({ kind }) => kind === 'ca')!;
  return { ca: await exported(ca.fingerprint, 'pem'), cert: pem, key: pem };
}

/** The update once it has ended; a refusal on the way throws its code. */
export async function whenCompleted(bench: Bench, updateId: string): Promise<UpdateView> {
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (update?.stage === 'completed') return update;
    if (update?.refusal) throw new Error(`${update.refusal.code}: ${update.refusal.reason}`);
  }
  throw new Error('the stream ended first');
}

/** The first line of traffic that fits, past or to come. */
export async function whenTraffic(
  bench: Bench,
  fits: (row: { kind: string; preview: string; topic: string; clientId: string | null }) => boolean,
): Promise<{ kind: string; preview: string; topic: string; clientId: string | null }> {
  for await (const frame of await bench.client.traffic.watch({})) {
    const row = frame.rows.find(fits);
    if (row) return row;
  }
  throw new Error('the stream ended first');
}
