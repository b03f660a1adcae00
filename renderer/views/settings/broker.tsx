import { Radio, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { ListenerRows } from './listeners.tsx';
import { OutsideBroker } from './outside-broker.tsx';
import { Section } from './section.tsx';
import type { SectionProps } from './section-props.ts';

const FIRST_GUESS = { url: 'mqtts://127.0.0.1:8883', caPem: null };

/** Which broker, its doors, and what it does with a subscription that is not allowed. */
export function Broker({ settings, edit }: SectionProps): ReactNode {
  const outside = settings.externalBroker;
  return (
    <>
      <Section title={t('settings:broker.title')} says={t('settings:broker.says')}>
        <Radio.Group
          aria-label={t('settings:broker.which')}
          value={outside === null ? 'own' : 'outside'}
          onChange={(value) => {
            edit({
              externalBroker: value === 'own' ? null : FIRST_GUESS,
            });
          }}
        >
          <Stack gap={8}>
            <Radio value="own" label={t('settings:broker.own')} />
            <Radio value="outside" label={t('settings:broker.outside')} />
          </Stack>
        </Radio.Group>
        {outside === null ? null : <OutsideBroker settings={settings} edit={edit} />}
        <TextInput
          label={t('settings:broker.root')}
          description={t('settings:broker.rootSays')}
          classNames={{ input: 'mono' }}
          data-testid="topic-root"
          value={settings.topicRoot}
          onChange={(event) => {
            edit({ topicRoot: event.currentTarget.value });
          }}
        />
      </Section>
      <Section title={t('settings:listeners.title')} says={t('settings:listeners.says')}>
        <ListenerRows settings={settings} edit={edit} />
        <Subscriptions settings={settings} edit={edit} />
      </Section>
    </>
  );
}

const modes: readonly Settings['subscriptions'][] = ['refuse-suback', 'deliver-only'];

function Subscriptions({ settings, edit }: SectionProps): ReactNode {
  return (
    <Radio.Group
      label={t('settings:subscriptions.label')}
      value={settings.subscriptions}
      onChange={(value) => {
        const chosen = modes.find((mode) => mode === value);
        if (chosen) edit({ subscriptions: chosen });
      }}
    >
      <Stack gap={8} mt={6}>
        {modes.map((mode) => (
          <Radio
            key={mode}
            value={mode}
            label={t(`settings:subscriptions.${mode}.label`)}
            description={t(`settings:subscriptions.${mode}.says`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
