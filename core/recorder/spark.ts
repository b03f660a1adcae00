/** One step of a sparkline, and how many are kept: the last minute. */
const STEP_MS = 2_000;
export const STEPS = 30;
/** Whole steps from which a rate is taken: ten seconds. */
const RATE_STEPS = 5;

/** Messages per step for any number of topics, in one growing array instead of one each. */
export interface Sparks {
  take(): number;
  free(slot: number): void;
  add(slot: number, now: number, messages: number): void;
  read(slot: number, now: number): number[];
  /** Adds its steps to `total`, oldest first. */
  addTo(total: number[], slot: number, now: number): void;
}

export function createSparks(): Sparks {
  let steps = new Uint32Array(STEPS * 64);
  let latest = new Float64Array(64);
  let used = 0;
  const unused: number[] = [];

  const grow = (): void => {
    const more = new Uint32Array(steps.length * 2);
    more.set(steps);
    steps = more;
    const moreLatest = new Float64Array(latest.length * 2);
    moreLatest.set(latest);
    latest = moreLatest;
  };
  /** Empties the steps that began since the slot was last used. */
  const turn = (slot: number, step: number): void => {
    const from = latest[slot] ?? 0;
    if (step === from) return;
    const base = slot * STEPS;
    // Also after the clock was set back: what is counted there belongs to no step that is shown.
    if (step < from || step - from >= STEPS) steps.fill(0, base, base + STEPS);
    else for (let each = from + 1; each <= step; each += 1) steps[base + (each % STEPS)] = 0;
    latest[slot] = step;
  };

  const addTo = (total: number[], slot: number, now: number): void => {
    const step = Math.floor(now / STEP_MS);
    // Nothing in the last minute: most topics of a large tree.
    if (Math.abs(step - (latest[slot] ?? 0)) >= STEPS) return;
    turn(slot, step);
    for (let n = 0; n < STEPS; n += 1) {
      total[n] = (total[n] ?? 0) + (steps[slot * STEPS + ((step + 1 + n) % STEPS)] ?? 0);
    }
  };

  return {
    take() {
      const slot = unused.pop() ?? used++;
      if (slot >= latest.length) grow();
      steps.fill(0, slot * STEPS, (slot + 1) * STEPS);
      latest[slot] = 0;
      return slot;
    },
    free: (slot) => void unused.push(slot),
    add(slot, now, messages) {
      const step = Math.floor(now / STEP_MS);
      turn(slot, step);
      const at = slot * STEPS + (step % STEPS);
      steps[at] = (steps[at] ?? 0) + messages;
    },
    read(slot, now) {
      const own = new Array<number>(STEPS).fill(0);
      addTo(own, slot, now);
      return own;
    },
    addTo,
  };
}

/** Messages per second; the step that is still running does not count. */
export function rateOf(spark: readonly number[]): number {
  const whole = spark.slice(-1 - RATE_STEPS, -1);
  return whole.reduce((sum, messages) => sum + messages, 0) / ((RATE_STEPS * STEP_MS) / 1_000);
}
