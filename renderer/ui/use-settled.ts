import { useEffect, useState } from 'react';

/** Longer than it takes to see that something else stands there, and to hold a press back. */
const SETTLE_MS = 700;

/**
 * False for the first moment of whatever is shown. What takes another's place by itself is not
 * pressed in the other's stead.
 */
export function useSettled(): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(true);
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return isSettled;
}
