import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '#core/contract';
import { seededBytes } from '#core/dcu';
import {
  damagedLife,
  sha256Of,
  smallProfile,
  startVehicleBench,
  type LifePlan,
  type LifeStory,
  type VehicleBench,
} from '#core/testing';
import { parseFault } from './index.ts';

const image = seededBytes({ seed: 'image 2.0', length: 3_000 });
const NEW = sha256Of(image);
const OLD = sha256Of(seededBytes(smallProfile().ecus[0]!.factory));

let bench: VehicleBench;
beforeAll(async () => {
  bench = await startVehicleBench();
  bench.serveBlocks(image);
});
afterAll(async () => {
  await bench.close();
});

const faultsOf = (...texts: string[]): Fault[] => texts.map((text) => parseFault(text).fault);

/** Twice, since the same seed has to tell the same story. */
async function twice(plan: Omit<LifePlan, 'image'>): Promise<LifeStory> {
  const story = await damagedLife(bench, { image, ...plan });
  expect(await damagedLife(bench, { image, ...plan })).toEqual(story);
  expect(story.active.whole).toBe(true);
  return story;
}

describe('what a fault comes to: the vehicle ends on the old or the new image, whole', () => {
  it.each<[fault: string, ending: string, code: string | null, struck: string]>([
    ['tornWrite:atByte=1000', 'rolled_back', 'BANK_HASH', 'tornWrite spent 1'],
    ['tornWrite', 'rolled_back', 'BANK_HASH', 'tornWrite spent 1'],
    ['tornWrite:atByte=2999,where=staged', 'rolled_back', 'STAGED_LOST', 'tornWrite spent 1'],
    ['bitFlipInTransit:atByte=5,bit=7', 'failed', 'HASH_MISMATCH', 'bitFlipInTransit spent 1'],
    ['bitFlipInTransit', 'failed', 'HASH_MISMATCH', 'bitFlipInTransit spent 1'],
    [
      'bitFlipAtRest:ecuId=brake,bank=inactive,when=written',
      'rolled_back',
      'SELF_TEST_FAILED',
      'bitFlipAtRest spent 1',
    ],
    ['bootFails:ecuId=brake', 'rolled_back', 'WATCHDOG_REVERT', 'bootFails spent 1'],
    ['bootFails:ecuId=infotainment', 'completed', null, 'bootFails armed 0'],
    [
      'selfTestFails:complaint="no brake pressure"',
      'rolled_back',
      'SELF_TEST_FAILED',
      'selfTestFails spent 1',
    ],
    ['bootloaderChanged:ecuId=brake', 'failed', 'BOOTLOADER_HASH', 'bootloaderChanged active 1'],
    ['singleBankFailure:ecuId=brake', 'rolled_back', 'BANK_HASH', 'singleBankFailure active 1'],
    ['diskFull:afterBytes=0', 'refused', 'NO_SPACE', 'diskFull active 1'],
    ['diskFull:afterBytes=1000', 'failed', 'DISK_FULL', 'diskFull active 1'],
    ['slowDownload:bytesPerSecond=60000', 'completed', null, 'slowDownload active 1'],
    ['stalledDownload:atByte=1500,forMs=50', 'completed', null, 'stalledDownload spent 1'],
    ['clockSkew:offsetMs=2h', 'refused', 'EXPIRED', 'clockSkew active 1'],
    ['clockSkew:offsetMs=-2h', 'completed', null, 'clockSkew active 1'],
    ['missingPreviousImage:ecuId=infotainment', 'completed', null, 'missingPreviousImage spent 1'],
  ])('%s: %s %s', async (text, ending, code, struck) => {
    const story = await twice({ faults: faultsOf(text) });
    expect(story).toMatchObject({ ending, code, lives: 1, fault: null });
    expect(story.active.sha256).toBe(ending === 'completed' ? NEW : OLD);
    expect(story.faults).toEqual([struck]);
  });
});

describe('a supply that sinks', () => {
  const release = { preconditions: { minSupplyMillivolts: 11_000 } };

  it('[D3] below what the release asks for: refused before anything is fetched', async () => {
    const story = await twice({
      faults: faultsOf('voltageSag:millivolts=9V,during=always'),
      release,
    });
    expect(story).toMatchObject({ ending: 'refused', code: 'SUPPLY_LOW' });
    expect(story.faults).toEqual(['voltageSag active 1']);
    expect(story.active.sha256).toBe(OLD);
  });

  it('while a bank is written: the write ends, and the old image runs on', async () => {
    const story = await twice({ faults: faultsOf('voltageSag:millivolts=9V'), release });
    expect(story).toMatchObject({ ending: 'rolled_back', code: 'SUPPLY_LOW' });
    expect(story.faults).toEqual(['voltageSag armed 1']);
    expect(story.active.sha256).toBe(OLD);
  });

  it('to what the release still takes: the update goes in', async () => {
    const story = await twice({
      faults: faultsOf('voltageSag:millivolts=11V,during=always'),
      release,
    });
    expect(story).toMatchObject({ ending: 'completed', code: null });
  });
});
