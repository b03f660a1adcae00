import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BenchCa, createBenchCa, exportPem } from '#core/pki';
import { silentLog, systemRandom } from '#core/ports';
import { fixedClock, type FixedClock, opensslIn, tempDir } from '#core/testing';
import { createIdentities, type Identities } from './identities.ts';
import { createNotices } from './notices.ts';
import { followTrust, type Uptake } from './uptake.ts';

const DAY_MS = 86_400_000;
const wanted = { kind: 'client', cn: 'backend' } as const;

let clock: FixedClock;
let ca: BenchCa;
let identities: Identities;
let uptake: Uptake;
let retries: number;
let stop: AbortController;
beforeEach(async () => {
  clock = fixedClock();
  ca = await createBenchCa({ clock, random: systemRandom, name: 'Test CA' });
  const changed = (): void => undefined;
  identities = createIdentities({ ca, notices: createNotices(changed), changed });
  stop = new AbortController();
  retries = 0;
  uptake = followTrust({
    ca,
    identities,
    links: { retry: () => (retries += 1) },
    broker: () => null,
    backend: () => null,
    clock,
    log: silentLog,
    changed,
    signal: stop.signal,
  });
});
afterEach(async () => {
  stop.abort();
  await uptake.done;
  await ca.close();
});

const presented = (): string | undefined => identities.of('backend')?.fingerprint;

it('uses a certificate again while it is good, and another one after it was revoked', async () => {
  const first = await identities.take('backend', wanted);
  identities.release('backend');
  expect((await identities.take('backend', wanted)).fingerprint).toBe(first.fingerprint);
  expect(identities.usedBy(first.fingerprint)).toEqual(['backend']);
  await ca.revoke(first.fingerprint);
  await uptake.settled();
  // To revoke is meant to shut out: whoever presents it goes on to be refused.
  expect(presented()).toBe(first.fingerprint);
  identities.release('backend');
  expect((await identities.take('backend', wanted)).fingerprint).not.toBe(first.fingerprint);
});

it('issues a server certificate anew when it does not name a host that it needs', async () => {
  const server = { kind: 'server', cn: 'broker' } as const;
  const { fingerprint } = await identities.fetch(server);
  expect((await identities.fetch({ ...server, hosts: [] })).fingerprint).toBe(fingerprint);
  const named = await identities.fetch({ ...server, hosts: ['192.168.1.20', 'bench.local'] });
  expect(named.fingerprint).not.toBe(fingerprint);
  expect(await identities.fetch({ ...server, hosts: ['bench.local'] })).toEqual(named);
});

it('renews what is presented a day before its end, and nothing else', async () => {
  const { fingerprint, notAfter } = await identities.take('backend', wanted);
  const idle = await ca.issue({ kind: 'client', cn: 'idle' });
  const almost = Date.parse(notAfter) - clock.now() - 2 * DAY_MS;
  clock.advance(almost);
  // It has looked, found nothing due and waits for the next hour.
  await expect.poll(() => clock.sleepers()).toBe(1);
  expect(presented()).toBe(fingerprint);
  const before = retries;
  clock.advance(1.5 * DAY_MS);
  await expect.poll(presented).not.toBe(fingerprint);
  await expect.poll(() => retries).toBeGreaterThan(before);
  expect(
    ca
      .list()
      .filter(({ cn }) => cn === 'idle')
      .map((each) => each.fingerprint),
  ).toEqual([idle.fingerprint]);
});

it('shows an outside broker what was imported for it, and our own server our own', async () => {
  const folder = await tempDir();
  try {
    const openssl = opensslIn(folder);
    await openssl.ok(
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout k.pem -out c.pem -subj /CN=backend -addext basicConstraints=CA:FALSE -addext extendedKeyUsage=clientAuth',
    );
    const [cert, key] = await Promise.all([
      readFile(folder.join('c.pem'), 'utf8'),
      readFile(folder.join('k.pem'), 'utf8'),
    ]);
    const bytes = Buffer.from(await exportPem(cert, { keyPem: key }));
    const real = await createBenchCa({
      clock: { ...clock, now: () => Date.now() },
      random: systemRandom,
      name: 'Now',
    });
    const now = createIdentities({
      ca: real,
      notices: createNotices(() => undefined),
      changed: () => undefined,
    });
    const own = await now.take('backend', wanted);
    const [imported] = await real.importIdentity([{ name: 'backend.pem', bytes }]);
    const outside = await now.take('backend', { ...wanted, outside: true });
    expect(outside.fingerprint).toBe(imported!.fingerprint);
    await now.refresh();
    expect(now.of('backend')?.fingerprint).toBe(own.fingerprint);
    expect(now.of('backend', true)?.fingerprint).toBe(imported!.fingerprint);
    await real.close();
  } finally {
    await folder.remove();
  }
});
