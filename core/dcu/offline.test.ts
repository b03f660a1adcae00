import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLink, type Link } from '#core/link';
import { silentLog, systemClock } from '#core/ports';
import { complaining, seededBytes, type Dcu, type DcuOptions } from '#core/dcu';
import {
  smallProfile,
  startVehicleBench,
  tempDir,
  TEST_VIN,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 60_000 });
/** Nobody listens there. */
const NOWHERE = 'mqtt://127.0.0.1:1';

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;
let reachable = true;
let sessions = 0;
const clientId = (): string => `ota-dcu-${TEST_VIN}-${sessions}`;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.forget();
  dir = await tempDir();
  reachable = true;
  sessions += 1;
  const access = (): { url: string } => ({ url: reachable ? bench.broker.url : NOWHERE });
  // A session of its own that the broker keeps: not clean, and always the same name.
  link = openLink({
    ...{ ...access(), access, clientId: clientId(), retryMs: 30 },
    ...{ clock: systemClock, log: silentLog },
  });
  await link.whenUp();
});
afterEach(async () => {
  await dcu.close();
  await link.close();
  await dir.remove();
});

const start = async (changes: Partial<DcuOptions> = {}): Promise<void> => {
  dcu = await bench.start(dir.path, link, changes);
};
const goOffline = async (): Promise<void> => {
  reachable = false;
  const lost = new Promise<void>((resolve) => {
    const undo = link.onState(({ kind }) => {
      if (kind === 'up') return;
      undo();
      resolve();
    });
  });
  // Its connections alone, as a tunnel does; aedes has them, its types do not.
  const { clients } = bench.broker.aedes as unknown as {
    clients: Record<string, { conn: { destroy(): void } }>;
  };
  clients[clientId()]!.conn.destroy();
  await lost;
};
const goOnline = async (): Promise<void> => {
  reachable = true;
  await link.whenUp();
};
const progress = (status: string, updateId: string): Promise<Said> =>
  bench.heard('progress', (said) => said['status'] === status && said['updateId'] === updateId);
const whenIdle = (): Promise<void> =>
  new Promise((resolve) => {
    const undo = dcu.onChange(({ job }) => {
      if (job !== null) return;
      undo();
      resolve();
    });
  });
const banksOf = (message: Said): unknown =>
  (message['ecus'] as { ecuId: string; activeBank: string; banks: { state: string }[] }[]).map(
    ({ ecuId, activeBank, banks }) => [ecuId, activeBank, ...banks.map(({ state }) => state)],
  );
const banksNow = (): unknown =>
  dcu
    .vehicle()
    .ecus.map(({ ecuId, activeBank, banks }) => [
      ...[ecuId, activeBank],
      ...banks.map(({ state }) => state),
    ]);

describe('a vehicle that is away', () => {
  it('gets what was offered meanwhile, and does it', async () => {
    await start();
    await goOffline();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    expect(bench.said('acknowledgment')).toEqual([]);
    await goOnline();
    await progress('completed', 'u1');
  });

  it('goes on by itself, and tells all of it afterwards, in order and with its verdict', async () => {
    bench.server.faults = { delayMs: 50 };
    await start({ hazards: complaining((_ecu, version) => (version === '2.0' ? 'no' : null)) });
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await progress('downloading', 'u1');
    const ended = whenIdle();
    await goOffline();
    bench.server.faults = {};
    await ended;
    expect(bench.said().filter((message) => message['verdict'] !== undefined)).toEqual([]);
    await goOnline();
    const last = await progress('rolled_back', 'u1');
    expect(last['verdict']).toMatchObject({ outcome: 'rolled_back', updateId: 'u1' });
    const seqs = bench.said('progress').map(({ seq }) => Number(seq));
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    // The last will said that it is gone; now it is there again, and as it is.
    await bench.heard('presence', ({ online }) => online === true);
    await expect.poll(() => banksOf(bench.said('inventory').at(-1)!)).toEqual(banksNow());
  });

  it('keeps its notices while the API cannot be reached, and then posts each once', async () => {
    let down = false;
    await start({
      hazards: complaining((_ecu, version) => (version === '2.0' ? 'no' : null)),
      backendApi: {
        url: () => (down ? 'https://127.0.0.1:1' : bench.server.url),
        tls: bench.server.tls,
      },
    });
    const idle = whenIdle();
    bench.server.faults = { delayMs: 20 };
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await progress('installing', 'u1');
    down = true;
    await progress('rolled_back', 'u1');
    await idle;
    const posted = (): string[] =>
      bench.server.requests.flatMap(({ path }) => (path.includes('notif') ? [path] : []));
    expect(posted()).toEqual([]);
    down = false;
    await expect
      .poll(posted, { timeout: 10_000 })
      .toEqual(['/notify_failure', '/rollback_notification']);
  });
});

describe('messages that come as they should not', () => {
  it('[P4] an older status after a newer one is refused, and disturbs nothing', async () => {
    await start();
    const manifest = await bench.release(image);
    const now = Date.now() * 1_000;
    await bench.offer(manifest, { updateId: 'new', seq: now + 500_000 });
    await progress('completed', 'new');
    await bench.offer(manifest, { updateId: 'old', seq: now });
    const refused = await bench.heard('acknowledgment', ({ updateId }) => updateId === 'old');
    expect(refused['reason']).toMatchObject({ code: 'REPLAYED' });
    await expect.poll(() => dcu.vehicle().job).toBeNull();
  });

  it('[P4] the same bytes again and again are one update, one answer, one story', async () => {
    await start();
    const bytes = await bench.offer(await bench.release(image), { updateId: 'u1' });
    for (let n = 0; n < 5; n += 1) await bench.publish('status', bytes);
    await progress('completed', 'u1');
    await bench.publish('status', bytes);
    await bench.command({ command: 'report' });
    await bench.heard('inventory', () => true);
    const answers = bench.said('acknowledgment').filter(({ updateId }) => updateId === 'u1');
    expect(answers).toHaveLength(1);
    const ends = bench.said('progress').filter(({ status }) => status === 'completed');
    expect(ends).toHaveLength(1);
  });

  it('[P5] with a clock that is two hours ahead, it says both clocks and their difference', async () => {
    const ahead = { ...systemClock, now: () => systemClock.now() + 7_200_000 };
    await start({ clock: ahead });
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    const refused = await bench.heard('acknowledgment', ({ updateId }) => updateId === 'u1');
    const { code, detail } = refused['reason'] as { code: string; detail: string };
    expect(code).toBe('EXPIRED');
    expect(detail).toMatch(/expired 3[56]\d\d\.\d{3} s ago: expires .*Z, this clock says .*Z/);
  });
});

describe('inventory and presence stay true', () => {
  it('after an update that was taken, failed, cancelled, taken back or refused', async () => {
    await start({
      hazards: complaining((_ecu, version) => (version === 'bad' ? 'no' : null)),
      profile: smallProfile(),
    });
    const told = async (): Promise<void> => {
      await expect.poll(() => banksOf(bench.said('inventory').at(-1)!)).toEqual(banksNow());
      expect(bench.said('inventory').at(-1)?.retain).toBe(true);
      await expect.poll(() => bench.said('presence').at(-1)?.['online']).toBe(true);
    };
    await told();
    await bench.offer(await bench.release(image), { updateId: 'taken' });
    await progress('completed', 'taken');
    await told();
    const bad = { version: 'bad', releaseCounter: 4, releaseId: 'bad' };
    await bench.offer(await bench.release(image, bad), { updateId: 'failed' });
    await progress('rolled_back', 'failed');
    await told();
    bench.server.faults = { delayMs: 100 };
    const third = { releaseCounter: 5, releaseId: 'third' };
    await bench.offer(await bench.release(image, third), { updateId: 'cancelled' });
    await progress('downloading', 'cancelled');
    await bench.command({ command: 'cancel', updateId: 'cancelled' });
    await progress('cancelled', 'cancelled');
    await told();
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'back' });
    await progress('rolled_back', 'back');
    await told();
    await bench.command({ command: 'rollback', ecuId: 'wiper', updateId: 'refused' });
    await progress('failed', 'refused');
    await told();
  });
});
