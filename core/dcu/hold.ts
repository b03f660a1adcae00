/** Where work stands still while its update is held. */
export type Hold = {
  /** Resolves once nothing is held; rejects when the work is stopped. */
  readonly pass: (signal: AbortSignal) => Promise<void>;
  /** Call it after every change of state. */
  readonly changed: () => void;
};

export function createHold(isHeld: () => boolean): Hold {
  const waiting = new Set<() => void>();
  return {
    pass: async (signal) => {
      signal.throwIfAborted();
      while (isHeld()) {
        await new Promise<void>((resolve) => {
          const go = (): void => {
            waiting.delete(go);
            signal.removeEventListener('abort', go);
            resolve();
          };
          waiting.add(go);
          signal.addEventListener('abort', go, { once: true });
        });
        signal.throwIfAborted();
      }
    },
    changed: () => {
      if (!isHeld()) for (const go of [...waiting]) go();
    },
  };
}
