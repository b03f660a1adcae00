import { useEffect, useState } from 'react';

/** Days are shown; a minute is soon enough. */
const MINUTE_MS = 60_000;

/** The wall clock, once a minute. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, MINUTE_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
