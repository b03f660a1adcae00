import { Checkbox, NumberInput, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { LISTENER_LABELS, type ListenerName, type ListenerSetting } from '#core/contract';
import { Warning } from '../../ui/warning.tsx';
import { isHost, isLoopback } from './loopback.ts';
import type { SectionProps } from './section-props.ts';

const listeners: readonly { name: ListenerName; says: string; open: boolean }[] = [
  {
    name: 'tls',
    says: 'Client certificate required; its name is the identity.',
    open: false,
  },
  {
    name: 'tlsPassword',
    says: 'A client certificate, or else user and password.',
    open: false,
  },
  {
    name: 'tcp',
    says: 'User and password. Anyone on the way reads along.',
    open: true,
  },
  {
    name: 'wss',
    says: 'A client certificate, or else user and password.',
    open: false,
  },
  {
    name: 'ws',
    says: 'User and password. Anyone on the way reads along.',
    open: true,
  },
];

export function ListenerRows({ settings, edit }: SectionProps): ReactNode {
  const none = listeners.every(({ name }) => !settings.listeners[name].on);
  return (
    <div className="listeners">
      {listeners.map(({ name, says, open }) => (
        <Listener
          key={name}
          name={name}
          label={LISTENER_LABELS[name]}
          says={says}
          open={open}
          setting={settings.listeners[name]}
          onEdit={(change) => {
            const { listeners: all } = settings;
            edit({ listeners: { ...all, [name]: { ...all[name], ...change } } });
          }}
        />
      ))}
      {none && settings.externalBroker === null ? (
        <Warning>No listener is on: nobody could connect, so it cannot be saved like this.</Warning>
      ) : null}
    </div>
  );
}

function Listener(props: {
  name: ListenerName;
  label: string;
  says: string;
  /** What passes through it can be read on the way. */
  open: boolean;
  setting: ListenerSetting;
  onEdit: (change: Partial<ListenerSetting>) => void;
}): ReactNode {
  const { name, label, says, setting, onEdit } = props;
  const exposed = isHost(setting.host) && !isLoopback(setting.host);
  return (
    <div className="listener" role="group" aria-label={label} data-testid={`listener-${name}`}>
      <Switch
        label={label}
        description={says}
        data-testid={`listener-${name}-on`}
        checked={setting.on}
        onChange={(event) => {
          onEdit({ on: event.currentTarget.checked });
        }}
      />
      <TextInput
        aria-label={`${label}: address`}
        classNames={{ input: 'mono' }}
        disabled={!setting.on}
        value={setting.host}
        error={setting.on && !isHost(setting.host) ? 'A name or an IP address' : undefined}
        onChange={(event) => {
          const host = event.currentTarget.value;
          // Consent was given for an address; another one asks anew.
          onEdit({ host, remote: false });
        }}
      />
      <NumberInput
        aria-label={`${label}: port`}
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
            label="Other machines may connect"
            description={
              props.open
                ? 'Names, passwords and messages travel readable over that network.'
                : 'Needed for any address but loopback.'
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
