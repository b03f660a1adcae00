import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState, type ReactNode } from 'react';
import { judgeFilter } from '../../state/topic-filter.ts';
import { followTraffic, useTraffic } from '../../state/traffic.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Detail } from './detail.tsx';
import { Rows } from './rows.tsx';
import { Toolbar } from './toolbar.tsx';
import './traffic.css';

/** A pause in typing, so that not every letter opens a stream. */
const SETTLE_MS = 250;

export function TrafficScreen(): ReactNode {
  const [typed, setTyped] = useState(() => useTraffic.getState().filter);
  const [settled] = useDebouncedValue(typed, SETTLE_MS);
  const refusal = useTraffic((store) => store.refusal);
  const selectedId = useTraffic((store) => store.selectedId);
  useEffect(
    () => (judgeFilter(settled).kind === 'valid' ? followTraffic(settled) : undefined),
    [settled],
  );
  return (
    <div className="screen traffic">
      <h1 className="visually-hidden">Traffic</h1>
      <Toolbar filter={typed} onFilter={setTyped} />
      {refusal ? <Refusal refusal={refusal} /> : null}
      <div className="traffic-split" data-open={selectedId !== null}>
        <Rows />
        {selectedId === null ? null : <Detail key={selectedId} id={selectedId} />}
      </div>
    </div>
  );
}
