import { Checkbox, NumberInput, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ListenerName, ListenerSetting } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Warning } from '../../ui/warning.tsx';
import { isHost, isLoopback } from './loopback.ts';
import type { SectionProps } from './section-props.ts';

const listeners: readonly { name: ListenerName; open: boolean }[] = [
  { name: 'tls', open: false },
  { name: 'tlsPassword', open: false },
  { name: 'tcp', open: true },
  { name: 'wss', open: false },
  { name: 'ws', open: true },
];

export function ListenerRows({ settings, edit }: SectionProps): ReactNode {
  const none = listeners.every(({ name }) => !settings.listeners[name].on);
  return (
    <div className="listeners">
      {listeners.map(({ name, open }) => (
        <Listener
          key={name}
          name={name}
          open={open}
          setting={settings.listeners[name]}
          onEdit={(change) => {
            edit({ listeners: { [name]: { ...settings.listeners[name], ...change } } });
          }}
        />
      ))}
      {none && settings.externalBroker === null ? (
        <Warning>{t('settings:listeners.none')}</Warning>
      ) : null}
    </div>
  );
}

function Listener(props: {
  name: ListenerName;
  /** What passes through it can be read on the way. */
  open: boolean;
  setting: ListenerSetting;
  onEdit: (change: Partial<ListenerSetting>) => void;
}): ReactNode {
  const { name, setting, onEdit } = props;
  const label = t(`settings:listener.${name}.label`);
  const exposed = isHost(setting.host) && !isLoopback(setting.host);
  return (
    <div className="listener" role="group" aria-label={label} data-testid={`listener-${name}`}>
      <Switch
        label={label}
        description={t(`settings:listener.${name}.says`)}
        data-testid={`listener-${name}-on`}
        checked={setting.on}
        onChange={(event) => {
          onEdit({ on: event.currentTarget.checked });
        }}
      />
      <TextInput
        aria-label={t('settings:listeners.address', { listener: label })}
        classNames={{ input: 'mono' }}
        disabled={!setting.on}
        value={setting.host}
        error={setting.on && !isHost(setting.host) ? t('settings:listeners.wrongHost') : undefined}
        onChange={(event) => {
          const host = event.currentTarget.value;
          // Consent was given for an address; another one asks anew.
          onEdit({ host, remote: false });
        }}
      />
      <NumberInput
        aria-label={t('settings:listeners.port', { listener: label })}
        min={0}
        max={65_535}
        allowDecimal={false}
        disabled={!setting.on}
        value={setting.port}
        onChange={(value) => {
          if (typeof value === 'number') onEdit({ port: value });
        }}
      />
      {setting.on && exposed ? (
        <div className="listener-remote" data-tone="warn">
          <Checkbox
            size="xs"
            label={t('settings:listeners.remote')}
            description={
              props.open ? t('settings:listeners.remoteOpen') : t('settings:listeners.remoteSays')
            }
            checked={setting.remote}
            onChange={(event) => {
              onEdit({ remote: event.currentTarget.checked });
            }}
          />
        </div>
      ) : null}
    </div>
  );
}
