import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { retryNow, useConnection } from '../../state/connection.store.ts';

/** Says that what is on the screen is old, and when the next try is. */
export function LostBanner(): ReactNode {
  const state = useConnection((store) => store.state);
  return state.kind === 'lost' ? <Lost retryAt={state.retryAt} /> : null;
}

function Lost(props: { retryAt: number }): ReactNode {
  const now = useNow();
  const wait = Math.max(0, Math.ceil((props.retryAt - now) / 1_000));
  return (
    <div className="lost" role="status" data-testid="connection-lost">
      <IconPlugConnectedX size={18} aria-hidden />
      <div>
        <strong>Connection to the bench lost.</strong> What you see is how it stood then, and
        nothing is sent until it is back.{' '}
        {wait > 0 ? `Next try in ${wait.toString()} s.` : 'Trying now…'}
      </div>
      <Button variant="default" onClick={retryNow}>
        Try now
      </Button>
    </div>
  );
}

/** The wall clock, four times a second. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 250);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
