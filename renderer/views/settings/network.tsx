import { NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings } from '#core/contract';
import { Section } from './section.tsx';
import type { SectionProps } from './section-props.ts';

const ports: readonly {
  name: 'brokerPort' | 'brokerTlsPort' | 'backendPort';
  label: string;
}[] = [
  { name: 'brokerPort', label: 'Broker, plain MQTT' },
  { name: 'brokerTlsPort', label: 'Broker, MQTT over TLS' },
  { name: 'backendPort', label: 'Backend API, HTTPS' },
];

export function Network({ settings, edit }: SectionProps): ReactNode {
  return (
    <>
      <Section
        title="Broker"
        says="The bench brings its own broker on this machine, or connects its roles to one that runs elsewhere."
      >
        <Radio.Group
          aria-label="Which broker"
          value={settings.externalBroker === null ? 'own' : 'outside'}
          onChange={(value) => {
            edit({ externalBroker: value === 'own' ? null : { url: 'mqtt://127.0.0.1:1883' } });
          }}
        >
          <Stack gap={8}>
            <Radio value="own" label="The bench's own, on loopback" />
            <Radio value="outside" label="An outside broker" />
          </Stack>
        </Radio.Group>
        {settings.externalBroker === null ? null : (
          <TextInput
            label="Address of the outside broker"
            description="Its access list and passwords must let backend, gatekeeper and each VIN in."
            placeholder="mqtt://host:1883"
            classNames={{ input: 'mono' }}
            value={settings.externalBroker.url}
            onChange={(event) => {
              edit({ externalBroker: { url: event.currentTarget.value } });
            }}
          />
        )}
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
        title="Ports"
        says="All on 127.0.0.1. 0 takes any free port; the addresses in use are on the Bench screen."
      >
        <div className="triple">
          {ports.map(({ name, label }) => (
            <NumberInput
              key={name}
              label={label}
              min={0}
              max={65_535}
              allowDecimal={false}
              value={settings[name]}
              onChange={(value) => {
                if (typeof value === 'number') edit({ [name]: value });
              }}
            />
          ))}
        </div>
        <TransportChoice settings={settings} edit={edit} />
      </Section>
    </>
  );
}

const transports: readonly { value: Settings['transport']; label: string; says: string }[] = [
  {
    value: 'https',
    label: 'HTTPS with Range',
    says: 'From the backend API with mutual TLS; an interrupted download goes on where it stopped.',
  },
  {
    value: 'blocks',
    label: 'MQTT blocks',
    says: 'For benches without HTTP: the image travels through the broker in blocks of 32 KiB.',
  },
];

function TransportChoice({ settings, edit }: SectionProps): ReactNode {
  return (
    <Radio.Group
      label="How the DCU fetches firmware"
      value={settings.transport}
      onChange={(value) => {
        const chosen = transports.find((transport) => transport.value === value);
        if (chosen) edit({ transport: chosen.value });
      }}
    >
      <Stack gap={8} mt={6}>
        {transports.map(({ value, label, says }) => (
          <Radio key={value} value={value} label={label} description={says} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
