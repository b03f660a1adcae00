import type { Clock } from '#core/ports';
import type { DcuProfile } from './profile.ts';

/** How long simulated hardware takes; `full` speed waits for nothing. */
export type Pace = (ms: number, signal: AbortSignal) => Promise<void>;

export function createPace(profile: Pick<DcuProfile, 'speed'>, clock: Clock): Pace {
  return async (ms, signal) => {
    signal.throwIfAborted();
    if (profile.speed === 'real' && ms > 0) await clock.sleep(ms, signal);
  };
}
