import type { Fault, FaultKind, FaultView } from '#core/contract';
import type { Clock } from '#core/ports';
import { describeFault } from './describe.ts';
import { seededDice, type Dice } from './dice.ts';
import { FaultError } from './errors.ts';

/** Those that may still strike, for one vehicle. */
const LIVE_LIMIT = 64;
/** Spent ones that are still shown. */
const SPENT_LIMIT = 64;

export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** A fault of a vehicle, with what has come of it. */
export type Armed<F extends Fault = Fault> = {
  readonly faultId: string;
  readonly fault: F;
  readonly dice: Dice;
  /** What it has counted or chosen so far; it lasts over the vehicle's power cuts. */
  readonly notes: Map<string, number | string>;
  readonly state: FaultView['state'];
};

export function isOf<K extends FaultKind>(kind: K, armed: Armed): armed is Armed<FaultOf<K>> {
  return armed.fault.kind === kind;
}

/** Chosen by the seed where the fault does not say, and the same ever after. */
export function chosen(
  armed: Armed,
  what: string,
  said: number | undefined,
  limit: number,
): number {
  const before = said ?? armed.notes.get(what);
  if (typeof before === 'number') return before;
  const choice = armed.dice.below(limit);
  armed.notes.set(what, choice);
  return choice;
}

/** One vehicle's faults. They outlive its power cuts, and nothing else. */
export type Book = {
  add(fault: Fault): string;
  /** One, or all; how many there were. @throws FaultError FAULT_UNKNOWN */
  clear(faultId?: string): number;
  views(): FaultView[];
  /** Of that kind, oldest first, without those that are spent. */
  live<K extends FaultKind>(kind: K): Armed<FaultOf<K>>[];
  /** It struck. `active` stays at work, `armed` waits for the next time. */
  strike(armed: Armed, then: FaultView['state']): void;
  /** It struck, and is spent once it has done so often enough. */
  count(armed: Armed, times: number): void;
  /** It is at work, or waits again, without having struck. */
  turn(armed: Armed, to: FaultView['state']): void;
  /** Called for each that is added from here on. */
  onAdd(listener: (armed: Armed) => void): () => void;
  /** Called when one is taken away. */
  onClear(listener: (armed: Armed) => void): () => void;
};

type Entry = {
  readonly faultId: string;
  readonly fault: Fault;
  readonly dice: Dice;
  readonly notes: Armed['notes'];
  state: FaultView['state'];
  fired: number;
  lastFiredAt: number | null;
};

export function createBook(options: {
  vin: string;
  seed: string;
  clock: Clock;
  nextId: () => string;
  changed: (view: FaultView) => void;
  gone: (faultId: string) => void;
}): Book {
  const { vin, seed, clock, nextId, changed, gone } = options;
  const entries = new Map<string, Entry>();
  const adding = new Set<(armed: Armed) => void>();
  const clearing = new Set<(armed: Armed) => void>();
  let added = 0;

  const viewOf = ({ faultId, fault, state, fired, lastFiredAt }: Entry): FaultView => {
    return { faultId, vin, fault, summary: describeFault(fault), state, fired, lastFiredAt };
  };
  const remove = (entry: Entry): void => {
    entries.delete(entry.faultId);
    gone(entry.faultId);
  };
  const become = (armed: Armed, state: FaultView['state'], struck: boolean): void => {
    const entry = entries.get(armed.faultId);
    // Taken away a moment ago: what was under way has nobody to tell.
    if (entry === undefined || (!struck && entry.state === state)) return;
    entry.state = state;
    if (struck) {
      entry.fired += 1;
      entry.lastFiredAt = clock.now();
    }
    changed(viewOf(entry));
  };
  const spent = (): Entry[] => [...entries.values()].filter(({ state }) => state === 'spent');
  const follow = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  };

  return {
    add: (fault) => {
      if (entries.size - spent().length >= LIVE_LIMIT) {
        throw new FaultError('FAULTS_TOO_MANY', `${vin} has ${LIVE_LIMIT} faults already`, {
          next: 'clear some of them',
        });
      }
      for (const old of spent().slice(0, -SPENT_LIMIT + 1)) remove(old);
      added += 1;
      const entry: Entry = {
        faultId: nextId(),
        fault,
        // Of the vehicle's count, not of the bench's: other vehicles change nothing here.
        dice: seededDice(`${seed}/${vin}/${added}/${fault.kind}`),
        notes: new Map(),
        state: 'armed',
        fired: 0,
        lastFiredAt: null,
      };
      entries.set(entry.faultId, entry);
      changed(viewOf(entry));
      for (const listener of [...adding]) listener(entry);
      return entry.faultId;
    },
    clear: (faultId) => {
      const chosen = faultId === undefined ? [...entries.values()] : [entries.get(faultId)];
      const found = chosen.filter((entry) => entry !== undefined);
      if (faultId !== undefined && found.length === 0) {
        throw new FaultError('FAULT_UNKNOWN', `${vin} has no fault ${faultId}`, {
          next: 'name one that the vehicle has, or leave faultId out to clear all',
        });
      }
      for (const entry of found) {
        remove(entry);
        for (const listener of [...clearing]) listener(entry);
      }
      return found.length;
    },
    views: () => [...entries.values()].map(viewOf),
    live: <K extends FaultKind>(kind: K): Armed<FaultOf<K>>[] =>
      [...entries.values()].filter(
        (entry): entry is Entry & Armed<FaultOf<K>> =>
          entry.fault.kind === kind && entry.state !== 'spent',
      ),
    strike: (armed, then) => {
      become(armed, then, true);
    },
    count: (armed, times) => {
      const fired = entries.get(armed.faultId)?.fired ?? 0;
      become(armed, fired + 1 >= times ? 'spent' : 'armed', true);
    },
    turn: (armed, to) => {
      become(armed, to, false);
    },
    onAdd: (listener) => follow(adding, listener),
    onClear: (listener) => follow(clearing, listener),
  };
}
