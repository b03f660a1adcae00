import { Radio, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings } from '#core/contract';
import { ListenerRows } from './listeners.tsx';
import { OutsideBroker } from './outside-broker.tsx';
import { Section } from './section.tsx';
import type { SectionProps } from './section-props.ts';

/** Which broker, its doors, and what it does with a subscription that is not allowed. */
export function Broker({ settings, edit }: SectionProps): ReactNode {
  const outside = settings.externalBroker;
  return (
    <>
      <Section
        title="Broker"
        says="The bench brings its own broker on this machine, or connects its roles to one that runs elsewhere."
      >
        <Radio.Group
          aria-label="Which broker"
          value={outside === null ? 'own' : 'outside'}
          onChange={(value) => {
            edit({
              externalBroker:
                value === 'own' ? null : { url: 'mqtts://127.0.0.1:8883', caPem: null },
            });
          }}
        >
          <Stack gap={8}>
            <Radio value="own" label="The bench's own" />
            <Radio value="outside" label="An outside broker" />
          </Stack>
        </Radio.Group>
        {outside === null ? null : <OutsideBroker settings={settings} edit={edit} />}
        <TextInput
          label="Topic root"
          description="Everything happens below it: {root}/{VIN}/…"
          classNames={{ input: 'mono' }}
          value={settings.topicRoot}
          onChange={(event) => {
            edit({ topicRoot: event.currentTarget.value });
          }}
        />
      </Section>
      <Section
        title="Listeners"
        says="The doors of the bench's own broker. At least one is on; the secure one is enough for the bench itself. Port 0 takes any free one."
      >
        <ListenerRows settings={settings} edit={edit} />
        <Subscriptions settings={settings} edit={edit} />
      </Section>
    </>
  );
}

const modes: readonly { value: Settings['subscriptions']; label: string; says: string }[] = [
  {
    value: 'refuse-suback',
    label: 'Refuse it',
    says: 'The client is told at once that it may not subscribe. Easiest to find a mistake with.',
  },
  {
    value: 'deliver-only',
    label: 'Accept it and deliver nothing',
    says: 'As Mosquitto does: the subscription seems to work and stays silent.',
  },
];

function Subscriptions({ settings, edit }: SectionProps): ReactNode {
  return (
    <Radio.Group
      label="A subscription that the access rules do not allow"
      value={settings.subscriptions}
      onChange={(value) => {
        const chosen = modes.find((mode) => mode.value === value);
        if (chosen) edit({ subscriptions: chosen.value });
      }}
    >
      <Stack gap={8} mt={6}>
        {modes.map(({ value, label, says }) => (
          <Radio key={value} value={value} label={label} description={says} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
