import {
  type Composed,
  type GroupDraft,
  type ReleaseDraft,
  type SigningAlgorithm,
  type UpdateView,
} from '#core/contract';
import { type Backend, type ComposedIssue, type SignWith } from '#core/backend';
import { BenchError } from './errors.ts';
import { type Feed } from './feed.ts';
import { type BenchKeys } from './keys.ts';

/** What a person does with updates; needs the backend, and says so when it is off. */
export type UpdateDesk = {
  compose(draft: ReleaseDraft, algorithm?: SigningAlgorithm): Promise<Composed>;
  composeGroup(draft: GroupDraft, algorithm?: SigningAlgorithm): Promise<Composed>;
  publish(composedId: string): Promise<string>;
  command(updateId: string, command: 'cancel' | 'pause' | 'resume'): Promise<void>;
};

export function createUpdateDesk(options: {
  backend: () => Backend | null;
  updates: Feed<UpdateView>;
  keys: BenchKeys;
  algorithm: () => SigningAlgorithm;
}): UpdateDesk {
  const { updates, keys } = options;
  const backend = (): Backend => {
    const running = options.backend();
    if (running) return running;
    throw new BenchError('BACKEND_OFF', 'the backend is off', {
      next: 'start the backend, then do this again',
    });
  };
  const signWith = async (algorithm = options.algorithm()): Promise<SignWith> => ({
    messageKey: await keys.key('backend', algorithm),
    releaseKey: await keys.key('release', algorithm),
  });
  const shown = (composed: ComposedIssue): Composed => {
    const { topic, qos, payload, composedId, releaseId, updateId } = composed;
    return { topic, qos, payload, composedId, releaseId, updateId };
  };
  return {
    // The vehicle's own inventory says what its ECUs are and have.
    compose: async (draft, algorithm) =>
      shown(await backend().compose(draft, null, await signWith(algorithm))),
    composeGroup: async (draft, algorithm) =>
      shown(await backend().composeGroup(draft, await signWith(algorithm))),
    publish: (composedId) => backend().publish(composedId),
    async command(updateId, command) {
      const running = backend();
      const update = updates.get(updateId);
      if (!update) {
        throw new BenchError('UPDATE_UNKNOWN', `there is no update ${updateId}`, {
          next: 'choose one that is listed',
        });
      }
      await running.command(update.vin, update.ecuId, command, updateId);
    },
  };
}
