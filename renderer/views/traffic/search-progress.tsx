import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
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
          <progress aria-label="Searched" max={1} value={share} />
          <span className="soft">
            {count(search.scanned)} of {count(search.total)} searched, {count(search.found)} found
          </span>
          <Button variant="default" size="compact-xs" onClick={cancelSearch}>
            Cancel
          </Button>
        </div>
      );
    }
    case 'ended':
      return search.complete ? null : (
        <span className="warning">
          More than a million match: the oldest million and the newest are listed. Narrow the time
          to see the others.
        </span>
      );
    case 'cancelled':
      return <span className="soft">Search cancelled. Listed is what was found until then.</span>;
    case 'refused':
      return <Refusal refusal={search.refusal} />;
  }
}
