import { Tabs } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
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

const tabs = [
  { part: 'scenarios', name: 'Scenarios' },
  { part: 'attacks', name: 'Attacks' },
  { part: 'faults', name: 'Faults' },
] as const;

const says = {
  scenarios: 'Scripted updates and faults, each played on a throw-away bench of its own.',
  attacks: 'What an attacker would try, and the check that stops it. On throw-away benches only.',
  faults: 'Break this bench’s vehicles on purpose, and watch what they do about it.',
} as const;

/** Where things go wrong on purpose. */
export function LabScreen(): ReactNode {
  const refusal = useLab((store) => store.refusal);
  const part = useScreen((store) => store.part);
  const tab = tabs.find((each) => each.part === part) ?? tabs[0];
  useEffect(() => {
    // Somebody may have put a file into the library since.
    const { state } = useConnection.getState();
    if (state.kind === 'up') void loadScenarios(state.client);
    return followFaults();
  }, []);
  return (
    <div className="screen lab">
      <div className="screen-head">
        <h1>Lab</h1>
        <span className="soft">{says[tab.part]}</span>
      </div>
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <Tabs
        value={tab.part}
        keepMounted={false}
        className="lab-tabs"
        onChange={(value) => {
          showScreen('lab', value);
        }}
      >
        <Tabs.List aria-label="Parts of the Lab">
          {tabs.map((each) => (
            <Tabs.Tab key={each.part} value={each.part} data-testid={`lab-tab-${each.part}`}>
              {each.name}
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
