import type {
  EcuView,
  HistoryEntry,
  RefusalView,
  RollbackPreview,
  RollbackVerdictView,
} from '#core/contract';
import type { Backend, Records } from '#core/backend';
import type { Dcu } from '#core/dcu';
import { BenchError, refusalOf } from './errors.ts';

type Wish = {
  vin: string;
  ecuId: string;
  askedBy?: string | undefined;
  origin?: 'technician' | 'campaign' | undefined;
  /** The image that was agreed to. */
  toSha256?: string | undefined;
};

type Recall = Pick<Wish, 'ecuId' | 'askedBy'> & {
  version: string;
  /** The plan that was read, of one of them. */
  agreed?: { vin: string; toSha256: string } | undefined;
};

/** Who was told to go back, and who could not be. */
type Recalled = {
  asked: { vin: string; updateId: string }[];
  unasked: { vin: string; refusal: RefusalView }[];
};

/** What a person does about rollbacks and confirmations. */
export type RollbackDesk = {
  rollback(wish: Wish): Promise<string>;
  recall(wish: Recall): Promise<Recalled>;
  preview(vin: string, ecuId: string): Promise<RollbackPreview>;
  verdicts(query: Parameters<Records['verdicts']>[0]): RollbackVerdictView[];
  history(query: Parameters<Records['history']>[0]): HistoryEntry[];
  confirm(vin: string, updateId: string, accept: boolean): Promise<void>;
};

/** Stands in a verdict where nobody gave a name. */
const SOMEBODY = 'a user of OTA Bench';

export function createRollbackDesk(options: {
  backend: () => Backend | null;
  /** The simulated vehicles that run. */
  dcus: () => readonly Dcu[];
  records: Records;
  /** A person is about to confirm; what it returns is called once that is done. */
  confirming?: (vin: string, updateId: string) => () => void;
}): RollbackDesk {
  const { dcus, records } = options;
  const backend = (): Backend => {
    const running = options.backend();
    if (running) return running;
    throw new BenchError('BACKEND_OFF', 'the backend is off', {
      next: 'start the backend, then do this again',
    });
  };
  const simulated = (vin: string): Dcu | undefined => dcus().find((dcu) => dcu.vin === vin);
  const preview: RollbackDesk['preview'] = async (vin, ecuId) =>
    simulated(vin)?.previewRollback(ecuId) ?? backend().previewRollback(vin, ecuId);
  return {
    async rollback({ vin, ecuId, askedBy = SOMEBODY, origin, toSha256 }) {
      backend();
      if (toSha256 !== undefined) assertAgreed(await preview(vin, ecuId), toSha256);
      // It may have been stopped while the banks were read.
      return backend().command(vin, ecuId, 'rollback', undefined, { askedBy, origin });
    },
    async recall({ ecuId, version, askedBy = SOMEBODY, agreed }) {
      const running = backend();
      const recalled: Recalled = { asked: [], unasked: [] };
      for (const { vin, ecus } of running.vehicles()) {
        if (!ecus.some((ecu) => ecu.ecuId === ecuId && activeVersion(ecu) === version)) continue;
        try {
          if (agreed?.vin === vin) assertAgreed(await preview(vin, ecuId), agreed.toSha256);
          const by = { askedBy, origin: 'campaign' } as const;
          const updateId = await running.command(vin, ecuId, 'rollback', undefined, by);
          recalled.asked.push({ vin, updateId });
        } catch (error) {
          recalled.unasked.push({ vin, refusal: { ...refusalOf(error) } });
        }
      }
      return recalled;
    },
    preview,
    verdicts: (query) => records.verdicts(query),
    history: (query) => records.history(query),
    async confirm(vin, updateId, accept) {
      const confirmed = accept ? options.confirming?.(vin, updateId) : undefined;
      const dcu = simulated(vin);
      // Who stands at the vehicle needs no message to it.
      if (dcu) {
        await dcu.confirm(updateId, accept);
        confirmed?.();
        return;
      }
      const running = backend();
      const update = running.update(updateId);
      if (update?.vin !== vin || update.waiting !== 'confirmation') {
        throw new BenchError('NOT_WAITING', `update ${updateId} waits for no confirmation`, {
          next: 'look at what the vehicle does now',
        });
      }
      await running.command(vin, update.ecuId, accept ? 'install' : 'cancel', updateId);
      confirmed?.();
    },
  };
}

/** Nothing is sent where something else than what was agreed to would be started. */
function assertAgreed({ ecuId, to }: RollbackPreview, sha256: string): void {
  if (to?.sha256 === sha256) return;
  const next = 'look at what would be done now, then decide again';
  const what = to && (to.version ?? to.sha256 ?? to.bank);
  throw what === null
    ? new BenchError('ROLLBACK_CHANGED', `ECU ${ecuId} has nothing to go back to by now`, { next })
    : new BenchError('ROLLBACK_CHANGED', `ECU ${ecuId} would go back to ${what} by now`, { next });
}

function activeVersion({ activeBank, banks }: EcuView): string | null {
  return banks.find(({ bank }) => bank === activeBank)?.version ?? null;
}
