import type { Hazards } from '#core/dcu';
import type { Clock } from '#core/ports';
import type { Book } from './book.ts';

/** The vehicle's own idea of the time. What it waits for takes as long as ever. */
export function skewedClock(clock: Clock, book: Book): Clock {
  return {
    now: () => {
      let now = clock.now();
      for (const armed of book.live('clockSkew')) {
        if (armed.state === 'armed') book.strike(armed, 'active');
        now += armed.fault.offsetMs;
      }
      return now;
    },
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

/** @param state what the vehicle is busy with; null until it has said so */
export function createHazards(book: Book, state: () => string | null): Hazards {
  /** The first of a kind that means this ECU, one less often from here on. */
  const next = (kind: 'bootFails' | 'selfTestFails', ecuId: string): string | null => {
    for (const armed of book.live(kind)) {
      const { fault } = armed;
      if (fault.ecuId !== undefined && fault.ecuId !== ecuId) continue;
      book.count(armed, fault.times);
      return fault.kind === 'selfTestFails' ? fault.complaint : '';
    }
    return null;
  };
  return {
    bootFails: (ecuId) => next('bootFails', ecuId) !== null,
    complaint: (ecuId) => next('selfTestFails', ecuId),
    conditions: (set) => {
      let { supplyMillivolts } = set;
      for (const armed of book.live('voltageSag')) {
        const now = armed.fault.during === 'always' || state() === 'installing';
        // Counted as it sinks, not as often as somebody looks.
        if (now && armed.state === 'armed') book.strike(armed, 'active');
        if (!now) book.turn(armed, 'armed');
        if (now) ({ millivolts: supplyMillivolts } = armed.fault);
      }
      return { ...set, supplyMillivolts };
    },
  };
}
