import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { seededBytes, type Dcu, type DcuOptions } from '#core/dcu';
import { systemClock } from '#core/ports';
import {
  aManifest,
  smallProfile,
  startVehicleBench,
  tempDir,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';
import { Offer } from './events.ts';

const MINUTE = 60_000;

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;
/** How far the vehicle's clock has moved on, ms. */
let passed = 0;
const clock = { ...systemClock, now: (): number => systemClock.now() + passed };

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  passed = 0;
  bench.broker.published.length = 0;
  bench.server.requests.length = 0;
  bench.server.faults = {};
  dir = await tempDir();
  link = bench.openLink();
  await link.whenUp();
});
afterEach(async () => {
  await dcu.close();
  await link.close();
  await dir.remove();
});

const start = async (changes: Partial<DcuOptions> = {}): Promise<void> => {
  dcu = await bench.start(dir.path, link, { clock, ...changes });
};
const asking = { profile: { ...smallProfile(), confirmInstall: true } };
const soon = (): string => new Date(systemClock.now() + MINUTE).toISOString();
const releaseFor = (ecuId: string, changes = {}) =>
  bench.release(seededBytes({ seed: `${ecuId} 2`, length: 50_000 }), {
    ...{ hardwareId: `hw-${ecuId}`, releaseId: `${ecuId}-2`, ...changes },
  });
const asked = (updateId: string): Promise<Said> =>
  bench.heard('progress', (it) => it['waiting'] === 'confirmation' && it['updateId'] === updateId);
const ended = (updateId: string, status: string): Promise<Said> =>
  bench.heard('progress', (it) => it['updateId'] === updateId && it['status'] === status);
const versions = (): unknown[] =>
  dcu
    .vehicle()
    .ecus.map(({ activeBank, banks }) => banks.find(({ bank }) => bank === activeBank)?.version);
const written = (): unknown[] =>
  bench.said('progress').filter(({ status }) => status === 'installing');
const expectExpired = (said: Said, what: string): void => {
  const { code, detail } = said['reason'] as { code: string; detail: string };
  expect(code).toBe('EXPIRED');
  const told = String.raw`the ${what}.* expired \d+\.\d{3} s ago: expires .*Z, this clock says .*Z`;
  expect(detail).toMatch(new RegExp(told));
};

describe('[P5] what ended while it waited is not installed:', () => {
  it.each(['offer', 'bundle', 'release'])('the %s, for a technician', async (what) => {
    await start(asking);
    const ends = (which: string) => (which === what ? { expires: soon() } : {});
    const body = await bench.bundle(
      [await releaseFor('brake'), await releaseFor('infotainment', ends('release'))],
      ends('bundle'),
    );
    await bench.offer(undefined, { ...body, ...ends('offer'), version: 'x', updateId: 'u1' });
    await asked('u1');
    // The end is on record with the rest.
    await dcu.close();
    passed = 2 * MINUTE;
    await start(asking);
    await dcu.confirm('u1', true);
    const said = await bench.heard(
      'progress',
      ({ status, ecuId }) => status === 'failed' && ecuId !== undefined,
    );
    expectExpired(said, what);
    expect(written()).toEqual([]);
    expect(versions()).toEqual(['1.0', '1.0']);
  });

  it('an offer, behind another update', async () => {
    await start(asking);
    await bench.offer(await releaseFor('brake'), { updateId: 'u1' });
    await asked('u1');
    await bench.offer(await releaseFor('infotainment'), { updateId: 'u2', expires: soon() });
    await expect.poll(() => dcu.vehicle().waiting).toBe(1);
    passed = 2 * MINUTE;
    await dcu.confirm('u1', true);
    await ended('u1', 'completed');
    const said = await bench.heard('acknowledgment', (it) => it['updateId'] === 'u2');
    expect(said['acknowledgment']).toBe('Refused');
    expectExpired(said, 'offer');
    expect(versions()).toEqual(['2.0', '1.0']);
  });

  it('an offer, held half-way through its download', async () => {
    await start();
    bench.server.faults = { delayMs: 50 };
    const large = seededBytes({ seed: 'large', length: 2_000_000 });
    await bench.offer(await bench.release(large), { updateId: 'u1', expires: soon() });
    await ended('u1', 'downloading');
    await bench.command({ command: 'pause', updateId: 'u1' });
    await bench.heard('progress', ({ paused }) => paused === true);
    const before = bench.server.requests.length;
    passed = 2 * MINUTE;
    await bench.command({ command: 'resume', updateId: 'u1' });
    expectExpired(await ended('u1', 'failed'), 'offer');
    expect(bench.server.requests).toHaveLength(before);
  });
});

it('[P5] what ends between the word to write and the first byte of it writes nothing', async () => {
  await start({
    onState: (state) => {
      if (state === 'installing') throw new Error('the power went');
    },
  });
  const before = await readFile(dir.join('ecus', 'brake', 'meta.json'), 'utf8');
  await bench.offer(await releaseFor('brake'), { updateId: 'u1', expires: soon() });
  await expect.poll(() => dcu.vehicle().fault).not.toBeNull();
  await dcu.close();
  passed = 2 * MINUTE;
  await start();
  expectExpired(await ended('u1', 'rolled_back'), 'offer');
  expect(await readFile(dir.join('ecus', 'brake', 'meta.json'), 'utf8')).toBe(before);
});

it('[P5] once the first write of a bundle has begun, it goes on past its end', async () => {
  await start({
    onState: (state) => {
      if (state === 'rebooting') passed = 2 * MINUTE;
    },
  });
  const ends = { expires: soon() };
  const members = [await releaseFor('brake', ends), await releaseFor('infotainment', ends)];
  const body = await bench.bundle(members, ends);
  await bench.offer(undefined, { ...body, ...ends, version: 'x', updateId: 'u1' });
  await bench.heard('progress', (it) => it['status'] === 'completed' && it['ecuId'] === undefined);
  expect(versions()).toEqual(['2.0', '2.0']);
});

it.each([
  ['ahead', 60 * 24 * MINUTE],
  ['back', -60 * 24 * MINUTE],
])(
  'a wall clock that is set %s while an update runs leaves it with an end, and the next one runs',
  async (_way, jump) => {
    let jumped = false;
    await start({
      onState: (state) => {
        if (state === 'downloading' && !jumped) passed = jump;
        jumped ||= state === 'downloading';
      },
    });
    await bench.offer(await releaseFor('brake'), { updateId: 'u1' });
    const isEnd = ({ status }: Said): boolean => status === 'completed' || status === 'failed';
    const end = await bench.heard('progress', (it) => it['updateId'] === 'u1' && isEnd(it));
    if (end['status'] === 'failed') expect(JSON.stringify(end['reason'])).toContain('EXPIRED');
    await expect.poll(() => dcu.vehicle().job).toBeNull();
    passed = 0;
    const next = await releaseFor('infotainment');
    await bench.offer(next, { updateId: 'u2', ecuId: 'infotainment' });
    await ended('u2', 'completed');
  },
);

it('an offer in a journal of before its end was kept still reads', () => {
  const group = { bundleId: 'b', members: [{ ecuId: 'brake', manifest: aManifest() }], at: 0 };
  const old = { updateId: 'u1', ecuId: 'brake', manifest: aManifest(), group };
  expect(Offer.parse(old)).toEqual(old);
});
