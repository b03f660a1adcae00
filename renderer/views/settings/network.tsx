import { NumberInput, Radio, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Settings } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Section } from './section.tsx';
import type { SectionProps } from './section-props.ts';

/** The backend's side of the network, and how firmware travels. */
export function Network({ settings, edit }: SectionProps): ReactNode {
  return (
    <Section title={t('settings:network.title')} says={t('settings:network.says')}>
      <div className="triple">
        <NumberInput
          label={t('settings:network.port')}
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

const transports: readonly Settings['transport'][] = ['https', 'blocks'];

function TransportChoice({ settings, edit }: SectionProps): ReactNode {
  return (
    <Radio.Group
      label={t('settings:network.transport')}
      value={settings.transport}
      onChange={(value) => {
        const chosen = transports.find((transport) => transport === value);
        if (chosen) edit({ transport: chosen });
      }}
    >
      <Stack gap={8} mt={6}>
        {transports.map((transport) => (
          <Radio
            key={transport}
            value={transport}
            label={t(`settings:transport.${transport}.label`)}
            description={t(`settings:transport.${transport}.says`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
