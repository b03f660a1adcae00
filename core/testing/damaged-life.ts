import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '#core/contract';
import { startDcu, type Dcu, type DcuOptions } from '#core/dcu';
import { createFaults, type Faults } from '#core/faults';
import { systemClock, systemRandom } from '#core/ports';
import type { ReleaseManifest } from '#core/protocol';
import { TEST_VIN } from './messages.ts';
import { sha256Of } from './small-profile.ts';
import { tempDir } from './temp.ts';
import type { Said, VehicleBench } from './vehicle.ts';

/** What befalls a vehicle, and what it is asked to do meanwhile. */
export type LifePlan = {
  readonly faults: readonly Fault[];
  readonly seed?: string;
  readonly image: Uint8Array;
  readonly ecuId?: string;
  readonly release?: Partial<ReleaseManifest>;
  readonly changes?: Partial<DcuOptions>;
  /** After the update has ended, while the vehicle is still on. */
  readonly after?: (life: Life) => Promise<void>;
};

export type Life = { readonly dcu: Dcu; readonly faults: Faults; readonly dir: string };

/** How it went: the same for the same plan, but for times and names. */
export type LifeStory = {
  /** Of the update: its last word, and the code of its reason. */
  readonly ending: string;
  readonly code: string | null;
  /** Of the ECU, as its files are. */
  readonly active: { readonly bank: string; readonly sha256: string; readonly whole: boolean };
  readonly states: string;
  readonly faults: readonly string[];
  /** Times that the vehicle was switched on. */
  readonly lives: number;
  readonly fault: string | null;
};

const ENDS: ReadonlySet<unknown> = new Set(['completed', 'rolled_back', 'failed', 'cancelled']);

/** One update of a vehicle whose faults are set before it starts, through every power cut. */
export async function damagedLife(bench: VehicleBench, plan: LifePlan): Promise<LifeStory> {
  const { image, ecuId = 'brake', changes = {} } = plan;
  const faults = createFaults({ seed: plan.seed ?? 'seed', clock: systemClock });
  for (const fault of plan.faults) faults.set(TEST_VIN, fault);
  const folder = await tempDir();
  const updateId = systemRandom.uuid();
  const hardwareId = `hw-${ecuId}`;
  const manifest = await bench.release(image, { hardwareId, ...plan.release });
  try {
    for (let lives = 1; ; lives += 1) {
      const life = faults.begin(TEST_VIN);
      const link = bench.openLink();
      await link.whenUp();
      let dcu: Dcu | null = null;
      try {
        dcu = await startDcu(life.fit(bench.optionsOf(folder.path, link, changes)));
        // At least once: whoever offers repeats it until it is answered.
        await bench.offer(manifest, { updateId, ecuId });
        const end = await Promise.race([endOf(bench, updateId), life.cut.then(() => null)]);
        if (end === null) continue;
        await settled(dcu);
        await plan.after?.({ dcu, faults, dir: folder.path });
        const views = faults.views(TEST_VIN);
        return {
          ...endingOf(end),
          ...(await banksOf(folder.path, ecuId)),
          faults: views.map(({ fault, state, fired }) => `${fault.kind} ${state} ${fired}`),
          lives,
          fault: dcu.vehicle().fault?.code ?? null,
        };
      } catch (error) {
        // Nothing but the power may keep a vehicle from starting.
        if (life.isOn) throw error;
      } finally {
        await dcu?.close();
        life.end();
        await link.close();
      }
    }
  } finally {
    await folder.remove();
  }
}

function endOf(bench: VehicleBench, updateId: string): Promise<Said> {
  return bench.heard(
    null,
    (message) =>
      message['updateId'] === updateId &&
      (message.kind === 'progress'
        ? ENDS.has(message['status'])
        : message['acknowledgment'] === 'Refused'),
  );
}

/** The vehicle has closed its books on it. */
function settled(dcu: Dcu): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (dcu.vehicle().job !== null) return;
      undo();
      resolve();
    };
    const undo = dcu.onChange(look);
    look();
  });
}

function endingOf(end: Said): { ending: string; code: string | null } {
  const reason = end['reason'] as { code: string } | undefined;
  const ending = end.kind === 'acknowledgment' ? 'refused' : String(end['status']);
  return { ending, code: reason?.code ?? null };
}

async function banksOf(dir: string, ecuId: string): Promise<Pick<LifeStory, 'active' | 'states'>> {
  const folder = join(dir, 'ecus', ecuId);
  const meta = JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8')) as {
    active: 'A' | 'B';
    banks: Record<'A' | 'B', { state: string; software?: { sha256: string } }>;
  };
  const { active: bank, banks } = meta;
  const sha256 = sha256Of(await readFile(join(folder, `bank-${bank}.bin`)));
  return {
    active: { bank, sha256, whole: banks[bank].software?.sha256 === sha256 },
    states: `A ${banks.A.state}, B ${banks.B.state}`,
  };
}
