import { type BenchContractImplementer } from '../refuse.ts';
import { type SampleDesk } from './desk.ts';

/** The sample part of the contract. */
export function createSampleRoutes(os: BenchContractImplementer, sample: SampleDesk) {
  return {
    sample: {
      watch: os.sample.watch.handler(({ signal }) => sample.feed.watch(signal)),
      load: os.sample.load.handler(() => sample.load()),
      remove: os.sample.remove.handler(() => sample.remove()),
    },
  };
}
