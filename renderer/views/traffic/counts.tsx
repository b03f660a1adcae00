import { memo, type ReactNode } from 'react';
import { useTraffic } from '../../state/traffic.store.ts';
import { count } from '../../ui/format.ts';

/** Where every message went: nothing disappears uncounted. */
export const Counts = memo(function Counts({ withList }: { withList: boolean }): ReactNode {
  const counts = useTraffic((store) => store.counts);
  const listed = useTraffic((store) => store.listed);
  const skipped = useTraffic((store) => store.skipped);
  const { total, queueFull, stopped, unfit } = counts.dropped;
  const why = `${count(queueFull)} because the disk could not follow, ${count(stopped)} while recording was stopped, ${count(unfit)} could not be written down`;
  const entries = [
    { name: 'seen', value: counts.seen, says: 'Messages told to the recorder since the start' },
    { name: 'captured', value: counts.captured, says: 'Written down since the start' },
    { name: 'dropped', value: total, says: `Not captured: ${why}` },
    {
      name: 'held',
      value: counts.held,
      says: 'In the capture now, those of earlier runs included',
    },
    { name: 'evicted', value: counts.evicted, says: 'Made room for newer ones, or were cleared' },
  ];
  const ofList = [
    {
      name: 'skipped',
      value: skipped,
      says: 'Went past this list between two pictures of it; they are in the capture and listed',
    },
    { name: 'listed', value: listed, says: 'Match the filter and are in the list below' },
  ];
  return (
    <dl className="traffic-counts" data-testid="traffic-counts">
      {[...entries, ...(withList ? ofList : [])].map(({ name, value, says }) => (
        <div
          key={name}
          title={says}
          data-tone={name === 'dropped' && value > 0 ? 'bad' : undefined}
        >
          <dt>{name}</dt>
          <dd data-count={name} data-value={value}>
            {count(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
});
