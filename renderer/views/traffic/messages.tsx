import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { followTraffic, useTraffic } from '../../state/traffic.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Detail } from './detail.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Rows } from './rows.tsx';
import { Toolbar } from './toolbar.tsx';

/** A pause in typing, so that not every letter opens a stream. */
const SETTLE_MS = 250;

/** Every message as it comes, and one of them whole. */
export function Messages(): ReactNode {
  const typed = useTraffic((store) => store.filter);
  const [settled] = useDebouncedValue(typed, SETTLE_MS);
  const refusal = useTraffic((store) => store.refusal);
  const selectedId = useTraffic((store) => store.selectedId);
  useEffect(() => followTraffic(settled), [settled]);
  return (
    <>
      <div className="traffic-tools">
        <FilterBar />
        <span className="spring" />
        <Toolbar />
      </div>
      {refusal ? <Refusal refusal={refusal} /> : null}
      <div className="traffic-split" data-open={selectedId !== null}>
        <Rows />
        {selectedId === null ? null : <Detail key={selectedId} id={selectedId} />}
      </div>
    </>
  );
}
