import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import type { ReleaseManifest } from '#core/protocol';
import {
  complaining,
  diskFiles,
  seededBytes,
  type Dcu,
  type DcuOptions,
  type Files,
} from '#core/dcu';
import { systemClock, type Clock } from '#core/ports';
import {
  sha256Of,
  smallProfile,
  startVehicleBench,
  tempDir,
  TEST_VIN,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 300_000 });
const oldImage = seededBytes({ seed: 'brake 1.0', length: 5_000 });

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.forget();
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
  dcu = await bench.start(dir.path, link, changes);
};
const progress = (status: string, updateId?: string): Promise<Said> =>
  bench.heard(
    'progress',
    (message) =>
      message['status'] === status && (updateId === undefined || message['updateId'] === updateId),
  );
const refusal = (): Promise<Said> =>
  bench.heard('acknowledgment', (message) => message['acknowledgment'] === 'Refused');
const bank = (name: 'A' | 'B', ecu = 'brake'): Promise<Buffer> =>
  readFile(dir.join('ecus', ecu, `bank-${name}.bin`));
const banks = (ecu = 'brake'): Record<string, string> =>
  Object.fromEntries(
    dcu
      .vehicle()
      .ecus.find(({ ecuId }) => ecuId === ecu)!
      .banks.map((each) => [each.bank, each.state]),
  );
const idle = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    const undo = dcu.onChange((vehicle) => {
      if (vehicle.job !== null) return;
      undo();
      resolve();
    });
    if (dcu.vehicle().job === null) {
      undo();
      resolve();
    }
  });
};
const codeOf = (message: Said): unknown => (message['reason'] as { code: string }).code;

describe('an update', () => {
  for (const transport of ['https', 'blocks'] as const) {
    it(`goes from the offer to the other bank by ${transport}`, async () => {
      await start({ transport });
      const undo = bench.serveBlocks(image);
      await bench.offer(await bench.release(image), { updateId: 'u1' });
      await progress('completed', 'u1');
      await idle();
      undo();
      expect(sha256Of(await bank('B'))).toBe(sha256Of(image));
      expect(sha256Of(await bank('A'))).toBe(sha256Of(oldImage));
      expect(banks()).toEqual({ A: 'valid', B: 'active' });
      const story = bench.said('progress').map((message) => message['status']);
      expect([...new Set(story)]).toEqual(['downloading', 'installing', 'finalizing', 'completed']);
      const percents = bench.said('progress').map((message) => Number(message['progress']));
      expect(percents).toEqual([...percents].sort((a, b) => a - b));
      expect(percents.at(-1)).toBe(100);
      expect(bench.said('acknowledgment')).toMatchObject([
        { acknowledgment: 'Acknowledged', updateId: 'u1', vin: TEST_VIN, ecuId: 'brake' },
      ]);
    });
  }

  it('[D2] is confirmed with the backend, and refused when the backend denies it', async () => {
    bench.server.answers.verify.body = {
      verified: false,
      reason: { code: 'UPDATE_UNKNOWN', detail: 'never heard of it' },
    };
    await start();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    const message = await refusal();
    expect(codeOf(message)).toBe('BACKEND_DENIED');
    expect(bench.server.requests[0]).toMatchObject({ path: '/updates/u1/verify' });
    expect(JSON.parse(bench.server.requests[0]!.body)).toMatchObject({
      vin: TEST_VIN,
      sha256: sha256Of(image),
    });
    expect(bench.server.requests.some(({ method }) => method === 'GET')).toBe(false);
  });

  for (const [code, conditions, preconditions] of [
    ['SUPPLY_LOW', { supplyMillivolts: 11_000 }, { minSupplyMillivolts: 12_000 }],
    ['IGNITION', { ignition: 'on' }, { ignition: 'off' }],
    ['NOT_PARKED', { parked: false }, { parked: true }],
    ['NO_SPACE', { freeBytes: 100_000 }, {}],
  ] as const) {
    it(`[D3] is refused with ${code}`, async () => {
      const profile = smallProfile();
      profile.conditions = { ...profile.conditions, ...conditions };
      await start({ profile });
      await bench.offer(await bench.release(image, { preconditions }));
      expect(codeOf(await refusal())).toBe(code);
    });
  }

  it('[D3] is refused for other hardware, a lower counter, an unmet requirement', async () => {
    await start();
    for (const [code, changes] of [
      ['HARDWARE_MISMATCH', { hardwareId: 'hw-infotainment' }],
      ['COUNTER_BELOW', { releaseCounter: 1 }],
      ['REQUIRES_UNMET', { requires: [{ hardwareId: 'hw-infotainment', minReleaseCounter: 9 }] }],
    ] satisfies [string, Partial<ReleaseManifest>][]) {
      await bench.offer(await bench.release(image, changes), { updateId: code });
      const message = await bench.heard('acknowledgment', ({ updateId }) => updateId === code);
      expect(codeOf(message)).toBe(code);
    }
  });

  it('[D5] stops at a bootloader that is not the expected one, before any write', async () => {
    await start();
    await writeFile(dir.join('ecus', 'brake', 'bootloader.bin'), 'tampered with');
    await bench.offer(await bench.release(image));
    expect(codeOf(await progress('failed'))).toBe('BOOTLOADER_HASH');
    await idle();
    expect(banks()).toEqual({ A: 'active', B: 'empty' });
    expect(await bank('B')).toHaveLength(0);
    expect(bench.said('progress').map(({ status }) => status)).not.toContain('rolling_back');
  });

  it('[D8] waits while another ECU is updated, then runs', async () => {
    bench.server.faults = { delayMs: 20 };
    await start();
    await bench.offer(await bench.release(image), { updateId: 'first' });
    await bench.offer(await bench.release(image, { hardwareId: 'hw-infotainment' }), {
      updateId: 'second',
      ecuId: 'infotainment',
    });
    await progress('completed', 'second');
    const order = bench.said('progress').map(({ updateId }) => updateId);
    expect(order.lastIndexOf('first')).toBeLessThan(order.indexOf('second'));
  });

  it('[D8] is refused BUSY behind a full queue', async () => {
    bench.server.faults = { delayMs: 200 };
    await start();
    const manifest = await bench.release(image);
    for (let n = 0; n <= 9; n += 1) await bench.offer(manifest, { updateId: `u${n}` });
    expect(await refusal()).toMatchObject({ updateId: 'u9', reason: { code: 'BUSY' } });
  });
});

describe('a failure after the first write', () => {
  it('rolls back by itself, says why, and tells the backend, in that order', async () => {
    await start({
      hazards: complaining((_ecu, version) => (version === '2.0' ? 'sensor 4 is silent' : null)),
    });
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    expect(await progress('rolled_back', 'u1')).toMatchObject({
      reason: { code: 'SELF_TEST_FAILED', detail: 'sensor 4 is silent' },
    });
    await idle();
    const story = bench.said('progress').map(({ status }) => status);
    expect(story).not.toContain('failed');
    expect(story.slice(-2)).toEqual(['rolling_back', 'rolled_back']);
    expect(banks()).toEqual({ A: 'active', B: 'bad' });
    expect(sha256Of(await bank('A'))).toBe(sha256Of(oldImage));
    await expect
      .poll(() => bench.server.requests.filter(({ method }) => method === 'POST'))
      .toMatchObject([
        { path: '/updates/u1/verify' },
        { path: '/notify_failure' },
        { path: '/rollback_notification' },
      ]);
    const notice = bench.server.requests.find(({ path }) => path === '/notify_failure')!;
    expect(JSON.parse(notice.body)).toMatchObject({
      vehicle_id: TEST_VIN,
      ecu_id: 'brake',
      failure_reason: 'SELF_TEST_FAILED: sensor 4 is silent',
    });
  });

  it('keeps its notifications until the backend takes them, also over a restart', async () => {
    bench.server.answers.notify = 503;
    const hazards = complaining((_ecu, version) => (version === '2.0' ? 'no' : null));
    await start({ hazards });
    await bench.offer(await bench.release(image));
    await progress('rolled_back');
    await expect.poll(() => notices(bench).length).toBeGreaterThan(0);
    await dcu.close();
    bench.server.requests.length = 0;
    bench.server.answers.notify = 200;
    await start({ hazards });
    await expect.poll(() => notices(bench)).toEqual(['/notify_failure', '/rollback_notification']);
  });
});

describe('what it has open', () => {
  /** The real disk, and how many of its files are open. */
  const countedFiles = (): { files: Files; open: () => number } => {
    let open = 0;
    const files: Files = {
      ...diskFiles,
      open: async (path, create) => {
        const file = await diskFiles.open(path, create);
        open += 1;
        const close = async (): Promise<void> => {
          await file.close();
          open -= 1;
        };
        return { ...file, close };
      },
    };
    return { files, open: () => open };
  };
  /** SQLite takes its log away with the last connection. */
  const booksAreOpen = (): boolean => existsSync(dir.join('dcu.db-wal'));

  it('is closed, all of it, also when the first step of its close fails', async () => {
    const { files, open } = countedFiles();
    let stands = false;
    const sleep: Clock['sleep'] = (ms, signal) => {
      if (stands) throw new Error('its clock stands');
      return systemClock.sleep(ms, signal);
    };
    await start({ files, clock: { ...systemClock, sleep } });
    expect([open(), booksAreOpen()]).toEqual([1, true]);
    stands = true;
    await expect(dcu.close()).rejects.toThrow('its clock stands');
    expect([open(), booksAreOpen()]).toEqual([0, false]);
    await start();
  });

  it('is closed, all of it, when the start fails half-way', async () => {
    const { files, open } = countedFiles();
    const overApi = (): never => {
      throw new Error('no room for it');
    };
    await expect(start({ files, overApi })).rejects.toThrow('no room for it');
    expect([open(), booksAreOpen()]).toEqual([0, false]);
    await start();
  });
});

function notices({ server }: VehicleBench): string[] {
  return server.requests.map(({ path }) => path).filter((path) => path.includes('noti'));
}
