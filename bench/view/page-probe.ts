/// <reference lib="dom" />
/*
 * Functions that run inside the page which is measured: they are handed over as text, so each one
 * stands for itself.
 */

/** What was seen, frame by frame. */
export type Seen = {
  /** Between two frames, ms. */
  readonly gaps: number[];
  /** Whenever a newer message was the newest on the screen: at what time, and when it was sent. */
  readonly shown: (readonly [at: number, sent: number])[];
};

type Probe = {
  stop: boolean;
  gaps: Float32Array;
  frames: number;
  shown: Float64Array;
  changes: number;
};
declare global {
  interface Window {
    benchProbe?: Probe;
  }
}

/**
 * From now on notes each frame and the newest message in view. The memory for it is taken at once:
 * it must not be what grows.
 */
export function startProbe(seconds: number): void {
  const probe: Probe = {
    stop: false,
    gaps: new Float32Array((seconds + 60) * 150),
    frames: 0,
    shown: new Float64Array((seconds + 60) * 150 * 2),
    changes: 0,
  };
  window.benchProbe = probe;
  const list = document.querySelector('[data-testid="traffic-row"]')?.parentElement;
  let before = 0;
  let newest = 0;
  const look = (at: number): void => {
    if (probe.stop) return;
    if (before > 0) probe.gaps[probe.frames++ % probe.gaps.length] = at - before;
    before = at;
    const text = list?.firstElementChild?.textContent ?? '';
    const from = text.indexOf('"sent":');
    const sent = from === -1 ? 0 : Number(text.slice(from + 7, from + 20));
    if (sent > newest && probe.changes * 2 < probe.shown.length) {
      newest = sent;
      probe.shown[probe.changes * 2] = Date.now();
      probe.shown[probe.changes * 2 + 1] = sent;
      probe.changes += 1;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Ends it and hands over what was seen. */
export function stopProbe(): Seen {
  const probe = window.benchProbe;
  if (!probe) return { gaps: [], shown: [] };
  probe.stop = true;
  const shown: [number, number][] = [];
  for (let n = 0; n < probe.changes; n += 1) {
    shown.push([probe.shown[2 * n] ?? 0, probe.shown[2 * n + 1] ?? 0]);
  }
  return { gaps: [...probe.gaps.subarray(0, probe.frames)], shown };
}

/** Where the messages went, by the counters that a person sees. */
export function countersShown(): Record<string, number> {
  const cells = document.querySelectorAll<HTMLElement>('[data-count]');
  return Object.fromEntries(
    [...cells].map(({ dataset }) => [dataset['count'] ?? '', Number(dataset['value'])]),
  );
}
