import { useEffect, useState } from 'react';
import type { UpdateView } from '#core/contract';
import type { Sample } from '../../state/remaining.ts';

/** As many as half a minute brings, five a second. */
const KEPT = 150;

type Seen = { samples: readonly Sample[]; changedAt: number };

/** Where the update stood and when, as this window saw it; and when anything of it changed last. */
export function useSamples(update: UpdateView): Seen {
  const { progress, stage, paused, waiting, steps } = update;
  const [seen, setSeen] = useState<Seen>(() => ({ samples: [], changedAt: Date.now() }));
  useEffect(() => {
    const at = Date.now();
    setSeen((before) => ({
      // Held time says nothing about how fast it goes.
      samples: paused ? [] : [...before.samples, { at, progress, stage }].slice(-KEPT),
      changedAt: at,
    }));
  }, [progress, stage, paused, waiting, steps.length]);
  return seen;
}
