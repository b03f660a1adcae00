import { diskFiles, noHazards, type DcuOptions, type Hazards } from '#core/dcu';
import type { Clock } from '#core/ports';
import { faultyApi } from './api.ts';
import { damageAtRest } from './at-rest.ts';
import { type Armed, type Book, type FaultOf } from './book.ts';
import { faultyFiles } from './files.ts';
import { faultyLink } from './link.ts';
import { createPace } from './pace.ts';
import { createHazards, skewedClock } from './surroundings.ts';
import { createSupply } from './supply.ts';

/** One life of a simulated vehicle, from power on to power off. */
export type Life = {
  /** What the vehicle is started with, so that its faults reach it. */
  fit(options: DcuOptions): DcuOptions;
  /** Resolves with how long it stays off, once the power has gone; never when it does not. */
  readonly cut: Promise<{ readonly offMs: number }>;
  readonly isOn: boolean;
  /** The vehicle was stopped: whatever still waited ends. */
  end(): void;
};

/**
 * @param die called in place of the above when the process is to end with the vehicle
 */
export function beginLife(book: Book, clock: Clock, die: (() => void) | null): Life {
  const ending = new AbortController();
  const { promise: cut, resolve } = Promise.withResolvers<{ offMs: number }>();
  const supply = createSupply((offMs) => {
    die?.();
    resolve({ offMs });
  }, die !== null);
  const signal = AbortSignal.any([ending.signal, supply.signal]);
  let state: string | null = null;

  const cutNow = (armed: Armed<FaultOf<'powerCut'>>): Promise<never> => {
    book.strike(armed, 'spent');
    return supply.cut(armed.fault.offMs);
  };

  return {
    cut,
    get isOn() {
      return supply.isOn();
    },
    fit: (options) => {
      const { dir, hazards = noHazards, files: disk = diskFiles } = options;
      const pace = createPace(book, clock);
      const failing = createHazards(book, () => state);
      const damage = (): Promise<void> => damageAtRest(disk, dir, book, state);
      const strikeNow = async (): Promise<void> => {
        for (const armed of book.live('powerCut')) {
          if ('now' in armed.fault.at) await cutNow(armed);
        }
        await damage();
      };
      const strike = (): void => {
        strikeNow().catch((error: unknown) => {
          if (supply.isOn()) options.log('warn', 'a fault could not strike', { error });
        });
      };
      // What was set while the vehicle was off.
      strike();
      signal.addEventListener('abort', book.onAdd(strike));
      return {
        ...options,
        files: faultyFiles(disk, dir, book, supply),
        link: faultyLink({
          ...{ link: options.link, topics: options.topics, book, supply, pace, clock, signal },
        }),
        clock: skewedClock(options.clock, book),
        hazards: both(hazards, failing),
        power: supply.signal,
        overApi: (api) =>
          faultyApi({ api: options.overApi?.(api) ?? api, book, supply, pace, clock }),
        onState: async (entered) => {
          state = entered;
          for (const armed of book.live('powerCut')) {
            const { at } = armed.fault;
            if ('now' in at || ('state' in at && at.state === entered)) await cutNow(armed);
          }
          await damage();
          await options.onState?.(entered);
        },
        // A vehicle without power has nothing to say about it.
        log: (...line) => {
          if (supply.isOn()) options.log(...line);
        },
      };
    },
    end: () => {
      ending.abort(new Error('the vehicle was stopped'));
    },
  };
}

/** Hardware on which either may go wrong. */
function both(one: Hazards, other: Hazards): Hazards {
  return {
    bootFails: (ecuId, bank) => one.bootFails(ecuId, bank) || other.bootFails(ecuId, bank),
    complaint: (ecuId, version) => one.complaint(ecuId, version) ?? other.complaint(ecuId, version),
    conditions: (set) => other.conditions(one.conditions(set)),
  };
}
