import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { RollbackVerdict } from '#core/protocol';
import { seededBytes, type Dcu, type Files } from '#core/dcu';
import {
  cuttableFiles,
  sha256Of,
  smallProfile,
  startVehicleBench,
  tempDir,
  TEST_VIN,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 3_000 });
const LAYOUTS = ['dual', 'single'] as const;
type Layout = (typeof LAYOUTS)[number];
const profile = smallProfile();
const factory = sha256Of(seededBytes(profile.ecus[0]!.factory));
const [older, newer] = [profile.ecus[1]!.previous!, profile.ecus[1]!.factory].map((software) =>
  sha256Of(seededBytes(software)),
);

let bench: VehicleBench;
let link: Link;
/** Operations of one life without a cut: from the factory to the end of the job. */
const whole = { dual: { update: 0, rollback: 0 }, single: { update: 0, rollback: 0 } };

beforeAll(async () => {
  bench = await startVehicleBench();
  link = bench.openLink();
  await link.whenUp();
  for (const layout of LAYOUTS) {
    whole[layout] = {
      update: (await live(layout, 'update', [])).operations,
      rollback: (await live(layout, 'rollback', [])).operations,
    };
  }
});
afterAll(async () => {
  await link.close();
  await bench.close();
});

type Cut = { at: number; torn: boolean };
type Life = {
  operations: number;
  endings: string[];
  verdicts: RollbackVerdict[];
  active: string;
  halfway: boolean;
};

/** Lives on one folder with the power going at each cut; the last life is left undisturbed. */
async function live(
  layout: Layout,
  job: 'update' | 'rollback',
  cuts: readonly Cut[],
): Promise<Life> {
  const dir = await tempDir();
  bench.broker.published.length = 0;
  const updateId = `u${Math.random().toString(36).slice(2)}`;
  const begin = await command(job, updateId);
  let operations = 0;
  try {
    for (const cut of [...cuts, { at: Number.POSITIVE_INFINITY, torn: false }]) {
      const files = cuttableFiles(cut.at, cut.torn);
      const ended = await oneLife(layout, dir.path, files, begin, updateId);
      operations = files.operations;
      if (ended) break;
    }
    const ecu = job === 'update' ? 'brake' : 'infotainment';
    const meta = JSON.parse(await readFile(join(dir.path, 'ecus', ecu, 'meta.json'), 'utf8')) as {
      active: 'A' | 'B';
      trial: unknown;
      banks: Record<string, { state: string; software?: { sha256: string } }>;
      backup: { kept: unknown } | null;
    };
    const record = meta.banks[meta.active]!;
    const active = sha256Of(await readFile(join(dir.path, 'ecus', ecu, `bank-${meta.active}.bin`)));
    expect(record).toMatchObject({ state: 'active', software: { sha256: active } });
    return {
      operations,
      endings: bench
        .said('progress')
        .filter((message) => message['updateId'] === updateId)
        .map(({ status }) => String(status))
        .filter((status) => ['completed', 'rolled_back'].includes(status)),
      verdicts: bench
        .said()
        .filter((message) => message['verdict'] !== undefined)
        .map(({ verdict }) => RollbackVerdict.parse(verdict)),
      active,
      halfway:
        meta.trial !== null ||
        (meta.backup?.kept ?? null) !== null ||
        Object.values(meta.banks).some(({ state }) =>
          ['writing', 'written', 'pending'].includes(state),
        ),
    };
  } finally {
    await dir.remove();
  }
}

/** True when the job came to its end; false when the power went first. */
async function oneLife(
  layout: Layout,
  dir: string,
  files: Files & { readonly isCut: boolean },
  begin: () => Promise<unknown>,
  updateId: string,
): Promise<boolean> {
  let dcu: Dcu;
  try {
    dcu = await bench.start(dir, link, { files, profile: smallProfile(layout) });
  } catch (error) {
    // Nothing but the power may keep a vehicle from starting.
    if (!files.isCut) throw error;
    return false;
  }
  try {
    // At least once: the sender repeats it until it is answered for good.
    await begin();
    const ending = bench.heard(
      'progress',
      (message) =>
        message['updateId'] === updateId &&
        ['completed', 'rolled_back', 'failed'].includes(String(message['status'])) &&
        message['status'] !== 'failed',
    );
    const dark = new Promise<'dark'>((resolve) => {
      const undo = dcu.onChange(({ fault }) => {
        if (fault === null) return;
        undo();
        resolve('dark');
      });
      if (dcu.vehicle().fault !== null) resolve('dark');
    });
    if ((await Promise.race([ending, dark])) === 'dark') {
      ending.catch(() => undefined);
      return false;
    }
    return true;
  } finally {
    await dcu.close();
  }
}

async function command(
  job: 'update' | 'rollback',
  updateId: string,
): Promise<() => Promise<unknown>> {
  if (job === 'rollback') {
    return () => bench.command({ command: 'rollback', ecuId: 'infotainment', updateId });
  }
  const manifest = await bench.release(image);
  return () => bench.offer(manifest, { updateId, vin: TEST_VIN });
}

/** Said once, or said again word for word; and what it says of the banks is what they hold. */
function expectOneVerdict({ verdicts, active }: Life, origins: readonly string[]): void {
  expect(verdicts.length).toBeGreaterThan(0);
  const [first] = verdicts;
  for (const again of verdicts) expect(again).toEqual(first);
  expect(first).toMatchObject({ outcome: 'rolled_back' });
  expect(origins).toContain(first?.origin);
  const { after, before } = first!;
  expect(after?.banks.find(({ bank }) => bank === after.activeBank)).toMatchObject({
    ...{ state: 'active', sha256: active },
  });
  expect(before).not.toBeNull();
}

const cut = (operations: number): fc.Arbitrary<Cut> =>
  fc.record({ at: fc.integer({ min: 1, max: operations }), torn: fc.boolean() });

/** A single bank has more to copy in each life; its own lives are fewer. */
const RUNS = { dual: [40, 20], single: [30, 15] } as const;

for (const layout of LAYOUTS) {
  describe(`[D6] the power goes at any operation on the disk, ${layout} bank`, () => {
    it(
      'of an update: the ECU is on the old or the new version, whole, and the update ends',
      { timeout: 120_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(cut(whole[layout].update), { minLength: 1, maxLength: 3 }),
            async (cuts) => {
              const end = await live(layout, 'update', cuts);
              expect(end.halfway).toBe(false);
              expect(end.endings.length).toBeGreaterThan(0);
              expect(new Set(end.endings).size).toBe(1);
              expect(end.active).toBe(end.endings[0] === 'completed' ? sha256Of(image) : factory);
              if (end.endings[0] === 'completed') expect(end.verdicts).toEqual([]);
              else
                expectOneVerdict(end, layout === 'dual' ? ['watchdog'] : ['watchdog', 'failure']);
            },
          ),
          { numRuns: RUNS[layout][0], seed: 20_260_102 },
        );
      },
    );

    it(
      'of a rollback: the ECU is on one of its two versions, whole, and the rollback ends',
      { timeout: 60_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(cut(whole[layout].rollback), { minLength: 1, maxLength: 2 }),
            async (cuts) => {
              const end = await live(layout, 'rollback', cuts);
              expect(end.halfway).toBe(false);
              expect(end.endings).toContain('rolled_back');
              expect([older, newer]).toContain(end.active);
              expect(end.active).toBe(older);
              expectOneVerdict(end, ['technician']);
            },
          ),
          { numRuns: RUNS[layout][1], seed: 20_260_103 },
        );
      },
    );
  });
}
