import type { Fault, FaultView } from '#core/contract';
import type { Clock } from '#core/ports';
import { createBook, type Book } from './book.ts';
import { beginLife, type Life } from './life.ts';

/** What goes wrong on purpose in simulated vehicles, by a seed: the same again next time. */
export type Faults = {
  /** @throws FaultError FAULTS_TOO_MANY */
  set(vin: string, fault: Fault): string;
  /**
   * One of the vehicle's faults, or all; how many there were. What is damaged stays damaged.
   *
   * @throws FaultError FAULT_UNKNOWN
   */
  clear(vin: string, faultId?: string): number;
  /** The vehicle is no more: its faults strike no other that is called so later. */
  forget(vin: string): void;
  /** Oldest first. */
  views(vin?: string): FaultView[];
  /** The vehicle is switched on: its next life. */
  begin(vin: string): Life;
};

export function createFaults(options: {
  seed: string;
  clock: Clock;
  changed?: (view: FaultView) => void;
  gone?: (faultId: string) => void;
  /** In place of a power cut: ends the process there and then. */
  die?: () => void;
}): Faults {
  const { seed, clock, changed, gone, die } = options;
  const books = new Map<string, Book>();
  let numbered = 0;
  const bookOf = (vin: string): Book => {
    const known = books.get(vin);
    if (known !== undefined) return known;
    const book = createBook({
      ...{ vin, seed, clock },
      nextId: () => {
        numbered += 1;
        return `fault-${numbered}`;
      },
      changed: (view) => changed?.(view),
      gone: (faultId) => gone?.(faultId),
    });
    books.set(vin, book);
    return book;
  };
  return {
    set: (vin, fault) => bookOf(vin).add(fault),
    clear: (vin, faultId) => bookOf(vin).clear(faultId),
    forget: (vin) => {
      books.get(vin)?.clear();
      books.delete(vin);
    },
    views: (vin) =>
      [...books].flatMap(([name, book]) => (vin === undefined || vin === name ? book.views() : [])),
    begin: (vin) => beginLife(bookOf(vin), clock, die ?? null),
  };
}
