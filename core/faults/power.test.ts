import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes } from '#core/dcu';
import {
  damagedLife,
  seededRandom,
  sha256Of,
  smallProfile,
  startVehicleBench,
  type VehicleBench,
} from '#core/testing';
import { parseFault } from './index.ts';

const image = seededBytes({ seed: 'image 2.0', length: 3_000 });
const NEW = sha256Of(image);
const OLD = sha256Of(seededBytes(smallProfile().ecus[0]!.factory));

let bench: VehicleBench;
beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(async () => {
  await bench.close();
});

describe('[D6] the power goes', () => {
  it.each([
    // Resumed: nothing of it had been done.
    ['state=checking', 'completed', null],
    ['state=downloading', 'completed', null],
    ['state=securing', 'completed', null],
    ['state=installing', 'completed', null],
    ['state=rebooting', 'completed', null],
    ['state=committing', 'completed', null],
    ['state=closing', 'completed', null],
    // The one start that a new image has was interrupted.
    ['state=testing', 'rolled_back', 'TRIAL_INTERRUPTED'],
    ['byte=0,where=staged', 'completed', null],
    ['byte=1700,where=staged', 'completed', null],
    ['byte=0,where=bank', 'completed', null],
    ['byte=2999,where=bank', 'completed', null],
    ['now=true', 'completed', null],
  ])('%s: the vehicle starts again and ends %s', async (at, ending, code) => {
    const plan = { image, faults: [parseFault(`powerCut:${at},offMs=0`).fault] };
    const story = await damagedLife(bench, plan);
    expect(story).toMatchObject({
      ending,
      code,
      lives: 2,
      fault: null,
      faults: ['powerCut spent 1'],
    });
    expect(story.active).toMatchObject({ sha256: ending === 'completed' ? NEW : OLD, whole: true });
    if (at.startsWith('byte')) expect(await damagedLife(bench, plan)).toEqual(story);
  });

  it('as the old image is coming back: it comes back all the same', async () => {
    const faults = ['selfTestFails', 'powerCut:state=reverting,offMs=0'];
    const plan = { image, faults: faults.map((text) => parseFault(text).fault) };
    const story = await damagedLife(bench, plan);
    expect(story).toMatchObject({ ending: 'rolled_back', code: 'SELF_TEST_FAILED', lives: 2 });
    expect(story.active).toMatchObject({ sha256: OLD, whole: true });
  });

  it('as what the banks hold is read for the verdict: it is read again', async () => {
    const faults = ['selfTestFails', 'powerCut:state=proving,offMs=0'];
    const plan = { image, faults: faults.map((text) => parseFault(text).fault) };
    const story = await damagedLife(bench, plan);
    expect(story).toMatchObject({ ending: 'rolled_back', code: 'SELF_TEST_FAILED', lives: 2 });
    expect(story.active).toMatchObject({ sha256: OLD, whole: true });
  });

  it('as a technician is to be asked: the question is asked once it is back', async () => {
    const changes = { profile: { ...smallProfile(), confirmInstall: true } };
    const faults = [parseFault('powerCut:state=awaiting,offMs=0').fault];
    const asked = bench.heard('progress', ({ waiting }) => waiting === 'confirmation');
    const [story] = await Promise.all([
      damagedLife(bench, { image, faults, changes }),
      asked.then(() => bench.command({ command: 'install' })),
    ]);
    expect(story).toMatchObject({ ending: 'completed', lives: 2 });
    expect(story.active).toMatchObject({ sha256: NEW, whole: true });
  });

  it('at any byte that the vehicle writes, several times in one update', async () => {
    const random = seededRandom('bytes of a life');
    for (let life = 0; life < 8; life += 1) {
      const bytes = Array.from(
        { length: 3 },
        () => Buffer.from(random.bytes(2)).readUInt16BE() % 30_000,
      );
      const faults = bytes.map((byte) => parseFault(`powerCut:byte=${byte},offMs=0`).fault);
      const story = await damagedLife(bench, { image, faults });
      expect(story.active.whole, bytes.join()).toBe(true);
      expect(['completed', 'rolled_back'], bytes.join()).toContain(story.ending);
      expect(story.active.sha256, bytes.join()).toBe(story.ending === 'completed' ? NEW : OLD);
    }
  });
});
