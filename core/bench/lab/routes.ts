import { type Feed } from '../feed.ts';
import { type ScenarioRunView } from '#core/contract';
import { type BenchContractImplementer } from '../refuse.ts';
import { type LabDesk } from './desk.ts';

/** The Lab part of the contract. */
export function createLabRoutes(
  os: BenchContractImplementer,
  { lab, runs }: { lab: LabDesk; runs: Feed<ScenarioRunView> },
) {
  return {
    lab: {
      scenarios: os.lab.scenarios.handler(() => lab.list()),
      text: os.lab.text.handler(async ({ input }) => ({ text: await lab.text(input.id) })),
      check: os.lab.check.handler(({ input }) => lab.check(input.text)),
      run: os.lab.run.handler(async ({ input }) => ({ runId: await lab.run(input) })),
      stop: os.lab.stop.handler(({ input }) => {
        lab.stop(input.runId);
        return { stopped: true } as const;
      }),
      watch: os.lab.watch.handler(({ signal }) => runs.watch(signal)),
    },
  };
}
