import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { followTraffic, useTraffic } from '../../state/traffic.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Counts } from './counts.tsx';
import { Detail } from './detail.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Notices } from './notices.tsx';
import { Rows } from './rows.tsx';
import { Toolbar } from './toolbar.tsx';
import './traffic.css';

/** A pause in typing, so that not every letter opens a stream. */
const SETTLE_MS = 250;

export function TrafficScreen(): ReactNode {
  const typed = useTraffic((store) => store.filter);
  const [settled] = useDebouncedValue(typed, SETTLE_MS);
  const refusal = useTraffic((store) => store.refusal);
  const selectedId = useTraffic((store) => store.selectedId);
  useEffect(() => followTraffic(settled), [settled]);
  return (
    <div className="screen traffic">
      <h1 className="visually-hidden">Traffic</h1>
      <div className="traffic-tools">
        <FilterBar />
        <Toolbar />
        <span className="spring" />
        <Counts />
      </div>
      <Notices />
      {refusal ? <Refusal refusal={refusal} /> : null}
      <div className="traffic-split" data-open={selectedId !== null}>
        <Rows />
        {selectedId === null ? null : <Detail key={selectedId} id={selectedId} />}
      </div>
    </div>
  );
}
