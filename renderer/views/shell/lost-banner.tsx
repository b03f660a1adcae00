import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
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
        <strong>{t('shell:lost.title')}</strong> {t('shell:lost.says')}{' '}
        {wait > 0 ? t('shell:lost.next', { seconds: wait }) : t('shell:lost.trying')}
      </div>
      <Button variant="default" onClick={retryNow}>
        {t('shell:lost.now')}
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
