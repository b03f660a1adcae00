import { NumberInput, Radio, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings } from '#core/contract';
import { Section } from './section.tsx';
import type { SectionProps } from './section-props.ts';

/** The backend's side of the network, and how firmware travels. */
export function Network({ settings, edit }: SectionProps): ReactNode {
  return (
    <Section
      title="Backend and firmware"
      says="On 127.0.0.1, with mutual TLS. Port 0 takes any free one; the address in use is on the Bench screen."
    >
      <div className="triple">
        <NumberInput
          label="Backend API, HTTPS: port"
          min={0}
          max={65_535}
          allowDecimal={false}
          value={settings.backendPort}
          onChange={(value) => {
            if (typeof value === 'number') edit({ backendPort: value });
          }}
        />
      </div>
      <TransportChoice settings={settings} edit={edit} />
    </Section>
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
