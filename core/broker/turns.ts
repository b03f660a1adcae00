/** Runs work a few at a time, taking from each party in turn: nobody waits behind a crowd of one. */
export type Turns = {
  /** Rejects with what `work` throws, or when this party has too much waiting. */
  take<T>(party: string, work: () => Promise<T>): Promise<T>;
};

export class TooManyWaiting extends Error {}

export function createTurns(limits: { atOnce: number; waitingPerParty: number }): Turns {
  // A map keeps its order: the first party is the one that waited longest for its turn.
  const waiting = new Map<string, (() => Promise<void>)[]>();
  let running = 0;

  function next(): void {
    while (running < limits.atOnce) {
      const [party, line] = waiting.entries().next().value ?? [];
      if (party === undefined || line === undefined) return;
      waiting.delete(party);
      const work = line.shift();
      if (line.length > 0) waiting.set(party, line);
      if (!work) continue;
      running += 1;
      void work().then(() => {
        running -= 1;
        next();
      });
    }
  }

  return {
    take: (party, work) =>
      new Promise((resolve, reject) => {
        const line = waiting.get(party) ?? [];
        if (line.length >= limits.waitingPerParty) {
          reject(new TooManyWaiting(`${String(line.length)} of ${party} are waiting already`));
          return;
        }
        line.push(() => work().then(resolve, reject));
        if (!waiting.has(party)) waiting.set(party, line);
        next();
      }),
  };
}
