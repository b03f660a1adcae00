import { Tabs } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { followFaults } from '../../state/faults.store.ts';
import { loadScenarios, useLab } from '../../state/lab.store.ts';
import { showScreen, useScreen } from '../../state/screen.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Attacks } from './attacks.tsx';
import { Faults } from './faults.tsx';
import { LabAnnouncer } from './lab-announcer.tsx';
import { Scenarios } from './scenarios.tsx';
import './lab.css';

const tabs = ['scenarios', 'attacks', 'faults'] as const;

/** Where things go wrong on purpose. */
export function LabScreen(): ReactNode {
  const refusal = useLab((store) => store.refusal);
  const part = useScreen((store) => store.part);
  const tab = tabs.find((each) => each === part) ?? tabs[0];
  useEffect(() => {
    // Somebody may have put a file into the library since.
    const { state } = useConnection.getState();
    if (state.kind === 'up') void loadScenarios(state.client);
    return followFaults();
  }, []);
  return (
    <div className="screen lab">
      <div className="screen-head">
        <h1>{t('lab:screen.title')}</h1>
        <span className="soft">{t(`lab:screen.says.${tab}`)}</span>
      </div>
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <Tabs
        value={tab}
        keepMounted={false}
        className="lab-tabs"
        onChange={(value) => {
          showScreen('lab', value);
        }}
      >
        <Tabs.List aria-label={t('lab:screen.parts')}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} data-testid={`lab-tab-${each}`}>
              {t(`lab:screen.tab.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="scenarios">
          <Scenarios />
        </Tabs.Panel>
        <Tabs.Panel value="attacks">
          <Attacks />
        </Tabs.Panel>
        <Tabs.Panel value="faults">
          <Faults />
        </Tabs.Panel>
      </Tabs>
      <LabAnnouncer />
    </div>
  );
}
