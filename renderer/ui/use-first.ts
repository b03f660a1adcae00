import { useDeferredValue } from 'react';

/**
 * How many of a long list to draw now: what is in sight comes with the click that asked for it, the
 * rest as soon as nobody waits for anything.
 */
export function useFirst(inSight: number, all: number): number {
  const later = useDeferredValue(all, 0);
  return Math.min(all, Math.max(inSight, later));
}

/** False while a screen is drawn for a click, true at once after it: for what is below its edge. */
export function useLater(): boolean {
  return useDeferredValue(true, false);
}
