import { createContents } from './contents.ts';
import { FleetError } from './errors.ts';
import { openBooks } from './books.ts';
import type { Template } from './memory-files.ts';
import { createTally, type FleetTally } from './tally.ts';
import { Vehicle, type Common, type FleetVehicle } from './vehicle.ts';

export type { FleetVehicle } from './vehicle.ts';

export type FleetOptions = Common & {
  readonly vehicles: readonly FleetVehicle[];
  /** For the books of all of them; made by the caller, and removed by the caller. */
  readonly dir: string;
  /** Connections being made at once. */
  readonly connectsAtOnce?: number;
};

/** More only wait for each other: a handshake is work for both sides. */
const CONNECTS_AT_ONCE = 64;
const CLOSES_AT_ONCE = 256;

/** Many real DCUs in one process: each with its own connection, key, banks and journal. */
export interface Fleet {
  /**
   * Resolves once every vehicle is on the broker, or `most` more of them. Rejects with the first
   * LinkError that waiting does not cure, with FLEET_CLOSED, or with the signal's reason.
   */
  connect(signal?: AbortSignal, most?: number): Promise<void>;
  tally(): FleetTally;
  /** Called after every change of a count: often. */
  onChange(listener: () => void): () => void;
  /** Resolves once `reached` holds, now or after some change. */
  until(reached: (tally: FleetTally) => boolean, signal?: AbortSignal): Promise<FleetTally>;
  vehicle(vin: string): Vehicle | null;
  close(): Promise<void>;
}

export function createFleet(options: FleetOptions): Fleet {
  const { vehicles: given, dir, connectsAtOnce = CONNECTS_AT_ONCE, ...common } = options;
  const listeners = new Set<() => void>();
  const tally = createTally(given.length, () => {
    for (const listener of [...listeners]) listener();
  });
  const books = openBooks(dir);
  const contents = createContents();
  const opened = new Map<string, Vehicle>();
  const closing = new AbortController();
  let template: Template | null = null;
  let closed: Promise<void> | null = null;

  const openOne = async (own: FleetVehicle, signal: AbortSignal): Promise<void> => {
    const vehicle = new Vehicle(own.vin, { ...common, books, contents, tally, template });
    opened.set(own.vin, vehicle);
    await vehicle.open(own, signal);
  };

  const fleet: Fleet = {
    async connect(outer, most = given.length) {
      const signal = outer ? AbortSignal.any([closing.signal, outer]) : closing.signal;
      const next = given.filter(({ vin }) => !opened.has(vin)).slice(0, most);
      if (template === null) {
        const first = next.shift();
        if (!first) return;
        await openOne(first, signal);
        template = opened.get(first.vin)?.factory ?? null;
      }
      await inLanes(next, connectsAtOnce, (own) => openOne(own, signal));
    },
    tally: () => tally.read(),
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    until(reached, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<FleetTally>();
      const stop = signal ? AbortSignal.any([closing.signal, signal]) : closing.signal;
      const look = (): void => {
        const now = tally.read();
        if (reached(now)) resolve(now);
      };
      const undo = fleet.onChange(look);
      const onAbort = (): void => {
        reject(stop.reason instanceof Error ? stop.reason : new Error('aborted'));
      };
      stop.addEventListener('abort', onAbort, { once: true });
      look();
      if (stop.aborted) onAbort();
      return promise.finally(() => {
        undo();
        stop.removeEventListener('abort', onAbort);
      });
    },
    vehicle: (vin) => opened.get(vin) ?? null,
    close: () =>
      (closed ??= (async () => {
        closing.abort(
          new FleetError('FLEET_CLOSED', 'the fleet is closing', { next: 'start it again' }),
        );
        await inLanes([...opened.values()], CLOSES_AT_ONCE, (vehicle) => vehicle.close());
        listeners.clear();
        books.close();
      })()),
  };
  return fleet;
}

/** Some at a time; after the first failure no more are begun, and it is what comes out. */
async function inLanes<T>(
  list: readonly T[],
  lanes: number,
  work: (each: T) => Promise<void>,
): Promise<void> {
  const waiting = list[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const each of waiting) {
      if (failed) return;
      try {
        await work(each);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}
