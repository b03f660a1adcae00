import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seededBytes, startDcu, type Dcu } from '#core/dcu';
import { openLink, type Link } from '#core/link';
import { silentLog, systemClock, systemRandom, type Clock } from '#core/ports';
import {
  damagedLife,
  sha256Of,
  startVehicleBench,
  tempDir,
  TEST_VIN,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';
import { createFaults, parseFault, type Faults, type Life } from './index.ts';

const image = seededBytes({ seed: 'image 2.0', length: 100_000 });

let bench: VehicleBench;
let dir: TempDir;
let faults: Faults;
let link: Link;
let life: Life;
let dcu: Dcu;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(async () => {
  await bench.close();
});
beforeEach(async () => {
  dir = await tempDir();
  faults = createFaults({ seed: 'wire', clock: systemClock });
});
afterEach(async () => {
  await dcu.close();
  life.end();
  await link.close();
  await dir.remove();
});

/** A clock whose waits of so many milliseconds are over when told: a busy machine changes nothing. */
function paced(ms: number): { clock: Clock; pass: () => void } {
  let next = Promise.withResolvers<undefined>();
  return {
    clock: {
      ...systemClock,
      sleep: async (wanted, signal) => {
        if (wanted === ms) await next.promise;
        else await systemClock.sleep(wanted, signal);
      },
    },
    pass: () => {
      const over = next;
      next = Promise.withResolvers();
      over.resolve(undefined);
    },
  };
}

async function start(...texts: string[]): Promise<void> {
  for (const text of texts) set(text);
  life = faults.begin(TEST_VIN);
  link = bench.openLink();
  await link.whenUp();
  dcu = await startDcu(life.fit(bench.optionsOf(dir.path, link)));
}

function set(text: string): string {
  return faults.set(TEST_VIN, parseFault(text).fault);
}

const struck = (): string[] =>
  faults.views().map(({ fault, state, fired }) => `${fault.kind} ${state} ${fired}`);

async function offer(version = '2.0', releaseCounter = 3): Promise<string> {
  const updateId = systemRandom.uuid();
  await bench.offer(await bench.release(image, { version, releaseCounter }), { updateId });
  return updateId;
}

const ended = (updateId: string): Promise<Said> =>
  bench.heard(
    'progress',
    (message) => message['updateId'] === updateId && message['status'] === 'completed',
  );

const saidOf = (updateId: string, what: string): Said[] =>
  bench
    .said()
    .filter((message) => message['updateId'] === updateId)
    .filter(({ status, acknowledgment }) => status === what || acknowledgment === what);

describe('the connection of a vehicle', () => {
  it('is cut again and again, and the update completes once', async () => {
    const moments = paced(100);
    faults = createFaults({ seed: 'wire', clock: moments.clock });
    await start('connectionDrops:everyMs=100');
    const updateId = await offer();
    for (const what of ['Acknowledged', 'downloading', 'installing']) {
      await bench.heard(
        null,
        (said) =>
          said['updateId'] === updateId &&
          (said['status'] === what || said['acknowledgment'] === what),
      );
      moments.pass();
    }
    await ended(updateId);
    expect(struck()).toEqual(['connectionDrops active 3']);
    faults.clear(TEST_VIN);
    expect(new Set(saidOf(updateId, 'completed').map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('loses the broker’s acknowledgment: the same message goes out again, by its messageId', async () => {
    await start();
    set('acknowledgmentLost:times=2');
    const before = bench.said().length;
    const repeated = (): number => {
      const ids = bench
        .said()
        .slice(before)
        .map(({ messageId }) => messageId);
      return ids.length - new Set(ids).size;
    };
    const updateId = await offer();
    await ended(updateId);
    await bench.heard(null, () => repeated() === 2);
    expect(struck()).toEqual(['acknowledgmentLost spent 2']);
  });

  it('loses the vehicle’s acknowledgment: the offer comes again and changes nothing', async () => {
    await start();
    set('acknowledgmentLost:of=received');
    const updateId = await offer();
    await ended(updateId);
    expect(struck()).toEqual(['acknowledgmentLost spent 1']);
    expect(saidOf(updateId, 'Acknowledged')).toHaveLength(1);
    expect(saidOf(updateId, 'Refused')).toEqual([]);
  });

  it('delivers twice: the update runs once, and nobody is told of a second', async () => {
    await start('duplicateDelivery');
    const updateId = await offer();
    await ended(updateId);
    expect(struck()).toEqual(['duplicateDelivery spent 1']);
    expect(saidOf(updateId, 'Acknowledged')).toHaveLength(1);
    expect(saidOf(updateId, 'completed')).toHaveLength(1);
  });

  it('delivers out of order: [P4] the one that was overtaken is refused, the other is done', async () => {
    await start('reorder:window=2');
    const first = await offer('2.1', 4);
    const second = await offer('2.2', 5);
    await ended(second);
    expect(struck()).toEqual(['reorder active 1']);
    const refused = await bench.heard(
      'acknowledgment',
      (message) => message['updateId'] === first && message['acknowledgment'] === 'Refused',
    );
    expect(refused['reason']).toMatchObject({ code: 'REPLAYED' });
  });

  it('holds no message for ever: one that nothing overtakes comes a moment later', async () => {
    await start('reorder:window=8');
    await ended(await offer());
    expect(struck()).toEqual(['reorder armed 0']);
  });

  it('can be mended while the vehicle runs', async () => {
    await start();
    const faultId = set('clockSkew:offsetMs=2d');
    const late = await offer();
    const refused = await bench.heard('acknowledgment', (said) => said['updateId'] === late);
    expect(refused).toMatchObject({ acknowledgment: 'Refused', reason: { code: 'EXPIRED' } });
    const { detail } = refused['reason'] as { detail: string };
    expect(detail).toMatch(/expired 1692\d\d\.\d* s ago.*this clock says/);
    expect(faults.clear(TEST_VIN, faultId)).toBe(1);
    await ended(await offer());
    expect(() => faults.clear(TEST_VIN, faultId)).toThrow(
      expect.objectContaining({ code: 'FAULT_UNKNOWN' }) as Error,
    );
  });
});

describe('blocks on their way', () => {
  it.each([
    ['bitFlipInTransit:atByte=40000,bit=3', 'bitFlipInTransit spent 1'],
    ['slowDownload:bytesPerSecond=400000', 'slowDownload active 1'],
    ['stalledDownload:atByte=70000,forMs=100', 'stalledDownload spent 1'],
  ])('%s: what is lost or late is asked for again, and the image is whole', async (text, was) => {
    await start();
    const stop = bench.serveBlocks(image);
    const story = await damagedLife(bench, {
      image,
      faults: [parseFault(text).fault],
      changes: { transport: 'blocks' },
    });
    stop();
    expect(story).toMatchObject({ ending: 'completed', faults: [was] });
    expect(story.active).toMatchObject({ sha256: sha256Of(image), whole: true });
  });
});

it('a power cut is silent: the last will speaks, and what is offered is not answered', async () => {
  const seen = openLink({
    ...{ url: bench.broker.url, clientId: 'onlooker', clean: true },
    ...{ clock: systemClock, log: silentLog },
  });
  const gone = Promise.withResolvers<undefined>();
  seen.onMessage(({ payload }) => {
    if (Buffer.from(payload).toString() === 'gone') gone.resolve(undefined);
  });
  await seen.subscribe('wills/#', 1);
  life = faults.begin(TEST_VIN);
  link = openLink({
    ...{ url: bench.broker.url, clientId: 'with-a-will', clock: systemClock, log: silentLog },
    will: { topic: 'wills/1', payload: Buffer.from('gone'), qos: 1, retain: false },
  });
  await link.whenUp();
  dcu = await startDcu(life.fit(bench.optionsOf(dir.path, link)));
  set('powerCut:now=true,offMs=7');
  expect(await life.cut).toEqual({ offMs: 7 });
  await gone.promise;
  await seen.close();
  const updateId = await offer();
  await dcu.close();
  expect(bench.said().filter((message) => message['updateId'] === updateId)).toEqual([]);
  expect(struck()).toEqual(['powerCut spent 1']);
});
