import { Tabs } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { followTrust, useTrust } from '../../state/trust.store.ts';
import { showScreen, useScreen } from '../../state/screen.store.ts';
import { closeDialog } from '../../state/trust-dialog.store.ts';
import { AccessRules } from './access-rules.tsx';
import { Audit } from './audit.tsx';
import { Certificates } from './certificates.tsx';
import { Dialogs } from './dialogs.tsx';
import { Mosquitto } from './mosquitto.tsx';
import { Notices } from './notices.tsx';
import './trust.css';

const tabs = [
  { part: 'certificates', name: 'Certificates' },
  { part: 'acl', name: 'Access rules' },
  { part: 'audit', name: 'Audit' },
  { part: 'mosquitto', name: 'Mosquitto' },
] as const;

export function TrustScreen(): ReactNode {
  useEffect(() => {
    const stop = followTrust();
    return () => {
      stop();
      // A question left open by going elsewhere is not asked again on coming back.
      closeDialog();
    };
  }, []);
  const trust = useTrust((store) => store.trust);
  const part = useScreen((store) => store.part);
  const tab = tabs.find((each) => each.part === part) ?? tabs[0];
  return (
    <div className="screen trust">
      <div className="screen-head">
        <h1>Trust</h1>
        <span className="soft">Who may do what, and how anybody can tell.</span>
      </div>
      {trust === null ? null : <Notices trust={trust} />}
      <Tabs
        value={tab.part}
        keepMounted={false}
        className="trust-tabs"
        onChange={(value) => {
          showScreen('trust', value);
        }}
      >
        <Tabs.List aria-label="Parts of Trust">
          {tabs.map((each) => (
            <Tabs.Tab key={each.part} value={each.part} data-testid={`trust-tab-${each.part}`}>
              {each.name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="certificates">
          <Certificates trust={trust} />
        </Tabs.Panel>
        <Tabs.Panel value="acl">
          <AccessRules />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Audit />
        </Tabs.Panel>
        <Tabs.Panel value="mosquitto">
          <Mosquitto />
        </Tabs.Panel>
      </Tabs>
      {trust === null ? null : <Dialogs trust={trust} />}
    </div>
  );
}
