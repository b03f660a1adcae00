import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { cancelSearch } from '../../state/search.ts';
import { useTraffic } from '../../state/traffic.store.ts';
import { count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';

/** How far a search is that takes longer than a moment, and its way out. */
export function SearchProgress(): ReactNode {
  const search = useTraffic((store) => store.search);
  switch (search.kind) {
    case 'idle':
      return null;
    case 'running': {
      const share = search.total === 0 ? 0 : search.scanned / search.total;
      return (
        <div className="row traffic-search" role="status" data-testid="traffic-search">
          <progress aria-label={t('traffic:search.searched')} max={1} value={share} />
          <span className="soft">
            {t('traffic:search.progress', {
              scanned: count(search.scanned),
              total: count(search.total),
              found: count(search.found),
            })}
          </span>
          <Button variant="default" size="compact-xs" onClick={cancelSearch}>
            {t('traffic:search.cancel')}
          </Button>
        </div>
      );
    }
    case 'ended':
      return search.complete ? null : (
        <span className="warning">{t('traffic:search.tooMany')}</span>
      );
    case 'cancelled':
      return <span className="soft">{t('traffic:search.cancelled')}</span>;
    case 'refused':
      return <Refusal refusal={search.refusal} />;
  }
}
