import { memo, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useTraffic } from '../../state/traffic.store.ts';
import { count } from '../../ui/format.ts';

/** Where every message went: nothing disappears uncounted. */
export const Counts = memo(function Counts({ withList }: { withList: boolean }): ReactNode {
  const counts = useTraffic((store) => store.counts);
  const listed = useTraffic((store) => store.listed);
  const skipped = useTraffic((store) => store.skipped);
  const { total, queueFull, stopped, unfit } = counts.dropped;
  const why = t('traffic:counts.why', {
    queueFull: count(queueFull),
    stopped: count(stopped),
    unfit: count(unfit),
  });
  const entries = [
    { name: 'seen', value: counts.seen, says: t('traffic:counts.seenSays') },
    { name: 'captured', value: counts.captured, says: t('traffic:counts.capturedSays') },
    { name: 'dropped', value: total, says: why },
    { name: 'held', value: counts.held, says: t('traffic:counts.heldSays') },
    { name: 'evicted', value: counts.evicted, says: t('traffic:counts.evictedSays') },
  ] as const;
  const ofList = [
    { name: 'skipped', value: skipped, says: t('traffic:counts.skippedSays') },
    { name: 'listed', value: listed, says: t('traffic:counts.listedSays') },
  ] as const;
  return (
    <dl className="traffic-counts" data-testid="traffic-counts">
      {[...entries, ...(withList ? ofList : [])].map(({ name, value, says }) => (
        <div
          key={name}
          title={says}
          data-tone={name === 'dropped' && value > 0 ? 'bad' : undefined}
        >
          <dt>{t(`traffic:counts.name.${name}`)}</dt>
          <dd data-count={name} data-value={value}>
            {count(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
});
