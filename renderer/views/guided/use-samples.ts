import { useEffect, useState } from 'react';
import type { UpdateView } from '#core/contract';
import type { Sample } from '../../state/remaining.ts';
import { useUpdates } from '../../state/updates.store.ts';

/** As many as half a minute brings, five a second. */
const KEPT = 150;

type Seen = { samples: readonly Sample[]; changedAt: number; last: string };

const keyOf = ({ progress, stage, paused, waiting, steps }: UpdateView): string =>
  JSON.stringify([progress, stage, paused, waiting, steps.length]);

/** Where the update stood and when, as this window saw it; and when anything of it changed last. */
export function useSamples(update: UpdateView): Omit<Seen, 'last'> {
  const { updateId } = update;
  const [seen, setSeen] = useState<Seen>(() => ({
    ...{ samples: [], changedAt: Date.now(), last: keyOf(update) },
  }));
  useEffect(
    () =>
      useUpdates.subscribe(({ updates }) => {
        const now = updates?.find((each) => each.updateId === updateId);
        if (now !== undefined) setSeen((before) => after(before, now, Date.now()));
      }),
    [updateId],
  );
  return seen;
}

function after(before: Seen, update: UpdateView, at: number): Seen {
  const last = keyOf(update);
  if (last === before.last) return before;
  const { progress, stage, paused } = update;
  // Held time says nothing about how fast it goes.
  const samples = paused ? [] : [...before.samples, { at, progress, stage }].slice(-KEPT);
  return { samples, changedAt: at, last };
}
