/** Bytes from one side to the other, one piece at a time. */
export type Pipe = {
  /** Resolves once the piece is taken: true, or false when nobody reads any more. */
  push(piece: Uint8Array): Promise<boolean>;
  /** No more is to come. */
  end(): void;
  /** Nobody reads or writes any more. */
  cut(): void;
  bytes(): AsyncGenerator<Uint8Array, void, undefined>;
};

export function createPipe(): Pipe {
  let waiting: { piece: Uint8Array; taken: (yes: boolean) => void }[] = [];
  let state: 'open' | 'ended' | 'cut' = 'open';
  let wake: () => void = () => undefined;
  return {
    push(piece) {
      if (state !== 'open') return Promise.resolve(false);
      return new Promise((taken) => {
        waiting.push({ piece, taken });
        wake();
      });
    },
    end() {
      if (state === 'open') state = 'ended';
      wake();
    },
    cut() {
      state = 'cut';
      for (const { taken } of waiting) taken(false);
      waiting = [];
      wake();
    },
    async *bytes() {
      for (;;) {
        const next = waiting.shift();
        if (next) {
          let goesOn = false;
          try {
            yield next.piece;
            // Asked for the next one: this one is worked off.
            goesOn = true;
          } finally {
            next.taken(goesOn);
          }
        } else if (state !== 'open') return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
