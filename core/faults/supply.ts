import { PowerCut } from './errors.ts';

/** The power of one life of a vehicle: there until it goes, and then gone for good. */
export type Supply = {
  isOn(): boolean;
  /** Aborted as it goes. */
  readonly signal: AbortSignal;
  /** @throws PowerCut once it is gone */
  assertOn(): void;
  /**
   * From this moment nothing else reaches the disk; what `last` still writes does. Resolves never:
   * it throws PowerCut at whoever was at work.
   */
  cut(offMs: number, last?: () => Promise<void>): Promise<never>;
};

/**
 * @param onGone called once the last bytes are down
 * @param abrupt the process itself is about to die: nothing is tidied away before
 */
export function createSupply(onGone: (offMs: number) => void, abrupt: boolean): Supply {
  const power = new AbortController();
  let on = true;
  return {
    isOn: () => on,
    signal: power.signal,
    assertOn: () => {
      if (!on) throw new PowerCut();
    },
    cut: async (offMs, last) => {
      if (!on) throw new PowerCut();
      on = false;
      if (!abrupt) power.abort(new PowerCut());
      try {
        await last?.();
      } finally {
        onGone(offMs);
      }
      power.abort(new PowerCut());
      throw new PowerCut();
    },
  };
}
