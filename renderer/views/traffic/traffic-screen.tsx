import { Tabs } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { showScreen, useScreen } from '../../state/screen.store.ts';
import { followCounts } from '../../state/traffic.store.ts';
import { CaptureFile } from './capture-file.tsx';
import { Connections } from './connections.tsx';
import { Counts } from './counts.tsx';
import { Messages } from './messages.tsx';
import { Notices } from './notices.tsx';
import { Publish } from './publish.tsx';
import { Retained } from './retained.tsx';
import { Timeline } from './timeline.tsx';
import { Topics } from './topics.tsx';
import './traffic.css';

const tabs = [
  { part: 'messages', view: Messages },
  { part: 'topics', view: Topics },
  { part: 'timeline', view: Timeline },
  { part: 'retained', view: Retained },
  { part: 'publish', view: Publish },
  { part: 'capture', view: CaptureFile },
  { part: 'connections', view: Connections },
] as const;

export function TrafficScreen(): ReactNode {
  const part = useScreen((store) => store.part);
  const tab = tabs.find((each) => each.part === part) ?? tabs[0];
  const hasList = tab.part === 'messages';
  // The list streams counts with its rows; elsewhere they go on as well.
  useEffect(() => (hasList ? undefined : followCounts()), [hasList]);
  return (
    <div className="screen traffic">
      <h1 className="visually-hidden">{t('traffic:screen.title')}</h1>
      <Tabs
        value={tab.part}
        keepMounted={false}
        className="traffic-tabs"
        onChange={(value) => {
          showScreen('traffic', value);
        }}
      >
        <div className="traffic-top">
          <Tabs.List aria-label={t('traffic:screen.parts')}>
            {tabs.map(({ part: value }) => (
              <Tabs.Tab key={value} value={value} data-testid={`traffic-tab-${value}`}>
                {t(`traffic:screen.tab.${value}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Counts withList={hasList} />
        </div>
        <Notices />
        {tabs.map(({ part: value, view: View }) => (
          <Tabs.Panel key={value} value={value} className="traffic-panel">
            <View />
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}
