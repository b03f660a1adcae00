import { type ContractRouterClient } from '@orpc/contract';
import { type Backend } from '#core/backend';
import { type Broker } from '#core/broker';
import { type BenchContract, type BenchView, type RollbackVerdictView } from '#core/contract';
import { type Context } from '../context.ts';
import { type Feeds } from '../feeds.ts';
import { type SettingsOverrides } from '../settings.ts';

/** A bench as its own inside sees it: a scenario looks at everything and holds every key. */
export type LabBench = {
  bench: {
    readonly client: ContractRouterClient<BenchContract>;
    view(): BenchView;
    close(): Promise<void>;
  };
  context: Context;
  feeds: Feeds;
  backend: () => Backend | null;
  broker: () => Broker | null;
  /** Of rollbacks, newest first. */
  verdicts: () => RollbackVerdictView[];
};

/** Opens a bench that is thrown away with its folder. */
export type OpenLabBench = (options: {
  workspaceDir: string;
  settings: SettingsOverrides;
  vins: readonly string[];
  /** Of what faults leave to chance. */
  faultSeed: string;
}) => Promise<LabBench>;
