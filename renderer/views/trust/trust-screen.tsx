import { Tabs } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
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

const tabs = ['certificates', 'acl', 'audit', 'mosquitto'] as const;

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
  const tab = tabs.find((each) => each === part) ?? tabs[0];
  return (
    <div className="screen trust">
      <div className="screen-head">
        <h1>{t('trust:title')}</h1>
        <span className="soft">{t('trust:says')}</span>
      </div>
      {trust === null ? null : <Notices trust={trust} />}
      <Tabs
        value={tab}
        keepMounted={false}
        className="trust-tabs"
        onChange={(value) => {
          showScreen('trust', value);
        }}
      >
        <Tabs.List aria-label={t('trust:parts')}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} data-testid={`trust-tab-${each}`}>
              {t(`trust:part.${each}`)}
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
