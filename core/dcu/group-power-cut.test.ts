import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { RollbackVerdict } from '#core/protocol';
import { complaining, seededBytes, type Dcu, type DcuOptions } from '#core/dcu';
import {
  cuttableFiles,
  sha256Of,
  startVehicleBench,
  tempDir,
  type VehicleBench,
} from '#core/testing';

const NAMES = ['brake', 'infotainment'] as const;
const imageOf = (name: string): Uint8Array => seededBytes({ seed: `${name} 2.0`, length: 3_000 });
const ENDS = ['completed', 'rolled_back'];

let bench: VehicleBench;
let link: Link;
/** Operations on the disk of one life without a cut. */
let whole = { good: 0, broken: 0 };

beforeAll(async () => {
  bench = await startVehicleBench();
  link = bench.openLink();
  await link.whenUp();
  whole = {
    good: (await live(false, [])).operations,
    broken: (await live(true, [])).operations,
  };
});
afterAll(async () => {
  await link.close();
  await bench.close();
});

type Cut = { at: number; torn: boolean };
type Life = { operations: number; ends: string[]; runs: string[]; verdicts: RollbackVerdict[] };

/** Lives on one folder with the power going at each cut; the last life is left undisturbed. */
async function live(broken: boolean, cuts: readonly Cut[]): Promise<Life> {
  const dir = await tempDir();
  bench.broker.published.length = 0;
  const updateId = `u${Math.random().toString(36).slice(2)}`;
  const manifests = await Promise.all(
    NAMES.map((name) =>
      bench.release(imageOf(name), { hardwareId: `hw-${name}`, releaseId: name }),
    ),
  );
  const body = { ...(await bench.bundle(manifests)), version: 'autumn', updateId };
  let operations = 0;
  try {
    for (const cut of [...cuts, { at: Number.POSITIVE_INFINITY, torn: false }]) {
      const files = cuttableFiles(cut.at, cut.torn);
      const hazards = complaining((ecuId, version) =>
        broken && ecuId === 'infotainment' && version === '2.0' ? 'no picture' : null,
      );
      const begin = () => bench.offer(undefined, body);
      const ended = await oneLife(dir.path, files, { hazards }, begin, updateId);
      operations = files.operations;
      if (ended) break;
    }
    const said = bench.said('progress').filter((message) => message['updateId'] === updateId);
    return {
      operations,
      ends: said
        .filter((message) => message['ecuId'] === undefined)
        .map(({ status }) => String(status)),
      runs: await Promise.all(NAMES.map((name) => runningIn(dir.path, name))),
      verdicts: said.flatMap(({ verdict }) =>
        verdict === undefined ? [] : [RollbackVerdict.parse(verdict)],
      ),
    };
  } finally {
    await dir.remove();
  }
}

/** True when the update came to its end; false when the power went first. */
async function oneLife(
  dir: string,
  files: ReturnType<typeof cuttableFiles>,
  changes: Pick<DcuOptions, 'hazards'>,
  begin: () => Promise<unknown>,
  updateId: string,
): Promise<boolean> {
  let dcu: Dcu;
  try {
    dcu = await bench.start(dir, link, { files, ...changes });
  } catch (error) {
    if (!files.isCut) throw error;
    return false;
  }
  try {
    await begin();
    const ending = bench.heard(
      'progress',
      (message) =>
        message['updateId'] === updateId &&
        message['ecuId'] === undefined &&
        ENDS.includes(String(message['status'])),
    );
    const dark = new Promise<'dark'>((resolve) => {
      dcu.onChange(({ fault }) => {
        if (fault !== null) resolve('dark');
      });
      if (dcu.vehicle().fault !== null) resolve('dark');
    });
    if ((await Promise.race([ending, dark])) !== 'dark') return true;
    ending.catch(() => undefined);
    return false;
  } finally {
    await dcu.close();
  }
}

/** Hash of what the ECU starts, which its record must agree with. */
async function runningIn(dir: string, ecu: string): Promise<string> {
  const folder = join(dir, 'ecus', ecu);
  const meta = JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')) as {
    active: 'A' | 'B';
    trial: unknown;
    banks: Record<string, { state: string; software: { sha256: string; version: string } }>;
  };
  expect(meta.trial).toBeNull();
  const record = meta.banks[meta.active]!;
  const found = sha256Of(await readFile(join(folder, `bank-${meta.active}.bin`)));
  expect(record).toMatchObject({ state: 'active', software: { sha256: found } });
  return record.software.version;
}

const cutsOf = (operations: number): fc.Arbitrary<Cut[]> =>
  fc.array(fc.record({ at: fc.integer({ min: 1, max: operations }), torn: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  });

/** Each ECU has one verdict at most, said once or again word for word. */
function expectOneEach(verdicts: readonly RollbackVerdict[]): void {
  const byId = new Map<string, RollbackVerdict>();
  for (const verdict of verdicts) {
    expect(verdict).toEqual(byId.get(verdict.verdictId) ?? verdict);
    byId.set(verdict.verdictId, verdict);
  }
  const ecus = [...byId.values()].map(({ ecuId }) => ecuId);
  expect(new Set(ecus).size).toBe(ecus.length);
}

describe('[D6] [D8] the power goes at any operation on the disk of a bundle', () => {
  it(
    'that is good: all ECUs are new or all are old, as it says',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(cutsOf(whole.good), async (cuts) => {
          const { ends, runs, verdicts } = await live(false, cuts);
          expect(new Set(ends).size).toBe(1);
          const version = ends[0] === 'completed' ? '2.0' : '1.0';
          expect(runs).toEqual([version, version]);
          expectOneEach(verdicts);
          if (version === '1.0') expect(verdicts.length).toBeGreaterThan(0);
        }),
        { numRuns: 20, seed: 20_260_104 },
      );
    },
  );

  it('whose last ECU fails: all are old, and each says why', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cutsOf(whole.broken), async (cuts) => {
        const { ends, runs, verdicts } = await live(true, cuts);
        expect(new Set(ends)).toEqual(new Set(['rolled_back']));
        expect(runs).toEqual(['1.0', '1.0']);
        expectOneEach(verdicts);
        for (const verdict of verdicts) expect(verdict.outcome).toBe('rolled_back');
      }),
      { numRuns: 15, seed: 20_260_105 },
    );
  });
});
