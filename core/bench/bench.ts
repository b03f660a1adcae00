import { parseFault } from '#core/faults';
import { silentLog, systemClock, systemRandom } from '#core/ports';
import { parseVin } from '#core/protocol';
import { openWorkspace } from '#core/storage';
import { type Bench, type BenchOptions } from './bench-types.ts';
import { compose, type Closable, type OpenBench } from './compose.ts';
import { requireResources } from './ground.ts';
import { createLab, type Lab } from './lab/lab.ts';

type LabOptions = Pick<
  BenchOptions,
  'version' | 'clock' | 'random' | 'log' | 'scenariosDir' | 'ecusDir'
>;

/** Opens a bench on a workspace. All roles are off; what an earlier run began goes on once they start. */
export async function createBench(options: BenchOptions): Promise<Bench> {
  return (await openBench(options)).bench;
}

/** Scenarios without a bench to watch them from. Of the options those that a throw-away bench takes over. */
export function openLab(options: LabOptions): Lab {
  const { clock = systemClock, random = systemRandom, scenariosDir: dir } = options;
  const { version, log = silentLog } = options;
  const open = (
    its: Pick<BenchOptions, 'workspaceDir' | 'settings' | 'vins' | 'faultSeed'>,
  ): Promise<OpenBench> =>
    openBench({
      ...{ ...its, version, clock, random, log },
      ...(options.ecusDir === undefined ? {} : { ecusDir: options.ecusDir }),
      host: 'headless',
      durability: 'passing',
      ecuSpeed: 'full',
      // What passes is in the run's own sight, and two threads for each scenario are dear.
      records: false,
    });
  return createLab({ open, dir, clock, random, log });
}

/** The same with its inside, for a scenario that looks at everything and holds every key. */
async function openBench(options: BenchOptions): Promise<OpenBench> {
  options.vins?.forEach(parseVin);
  requireResources([options.ecusDir, options.scenariosDir]);
  const written = (options.faults ?? []).map(parseFault);
  const workspace = await openWorkspace(options.workspaceDir, options.durability);
  const opened: Closable[] = [];
  try {
    return await compose(options, written, workspace, opened, openLab(options));
  } catch (error) {
    for (const each of opened.reverse()) await each.close();
    await workspace.close();
    throw error;
  }
}
