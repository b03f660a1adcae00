import { useEffect, useState } from 'react';

/** Longer than it takes to see that something else stands there, and to hold a press back. */
const SETTLE_MS = 700;

/**
 * False for the first moment of `what` is shown. What takes another's place by itself is not pressed
 * in the other's stead.
 */
export function useSettled(what: string): boolean {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(what);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [what]);
  return settled === what;
}
