import { create } from 'zustand';
import type { TrustView } from '#core/contract';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';

type TrustStore = {
  /** Null until the first snapshot came. */
  trust: TrustView | null;
};

export const useTrust = create<TrustStore>()(() => ({ trust: null }));

/** Keeps certificates, keys and notices as the bench has them. */
export function followTrust(): () => void {
  let held: Folded<TrustView> | null = null;
  return follow({
    open: (client, signal) => client.trust.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, () => 'trust');
      if (result.kind === 'gap') {
        held = null;
        return 'gap';
      }
      held = result.folded;
      const trust = held.items.get('trust');
      if (trust) useTrust.setState({ trust });
      return 'taken';
    },
  });
}
