import { useEffect, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { followMessages } from '../../state/messages.store.ts';
import { shownUpdate, useUpdates } from '../../state/updates.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { IconPlugConnected } from '@tabler/icons-react';
import { Demo } from './demo.tsx';
import { GuidedEntry } from './guided-entry.tsx';
import { History } from './history.tsx';
import { Messages } from './messages.tsx';
import { Pipeline } from './pipeline.tsx';
import { RunningUpdate } from './running-update.tsx';
import './bench.css';

export function BenchScreen(): ReactNode {
  const bench = useBench((store) => store.bench);
  const update = useUpdates(shownUpdate);
  const root = bench?.settings.topicRoot;
  useEffect(() => (root === undefined ? undefined : followMessages(`${root}/#`)), [root]);
  if (bench === null) {
    return (
      <div className="screen">
        <Empty icon={<IconPlugConnected size={36} stroke={1.4} />} title={t('bench:connecting')} />
      </div>
    );
  }
  return (
    <div className="screen bench">
      <h1 className="visually-hidden">{t('bench:title')}</h1>
      <GuidedEntry />
      <Demo bench={bench} />
      <section className="panel" aria-label={t('bench:pipeline.label')}>
        <Pipeline bench={bench} update={update} />
        {update === null ? null : <RunningUpdate key={update.updateId} update={update} />}
      </section>
      <div className="bench-lists">
        <Messages root={bench.settings.topicRoot} />
        <History />
      </div>
    </div>
  );
}
