import {
  Checkbox,
  PasswordInput,
  SegmentedControl,
  Select,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ConnectionDraft } from '#core/contract';
import type { Client } from '../../connect.ts';
import { judgeFilter } from '../../state/topic-filter.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';

const add = async (client: Client, draft: ConnectionDraft): Promise<void> => {
  const { id } = await client.connections.add(draft);
  await client.connections.open({ id });
};

/** A further broker: where it is, who we are there, and what is captured. */
export function AddConnection(props: { onClose: () => void }): ReactNode {
  const [fields, setFields] = useState({
    name: '',
    url: 'mqtt://127.0.0.1:1883',
    clientId: '',
    user: '',
    password: '',
    caPem: '',
    filters: '#',
  });
  const [protocol, setProtocol] = useState<'4' | '5'>('5');
  const [qos, setQos] = useState<'0' | '1' | '2'>('0');
  const [production, setProduction] = useState(false);
  const adding = useCommand(add);
  const filters = fields.filters.split('\n').filter((line) => line !== '');
  const fault = filters.map(judgeFilter).find(({ kind }) => kind === 'invalid');
  const field = (name: keyof typeof fields) => ({
    value: fields[name],
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }): void => {
      setFields({ ...fields, [name]: event.currentTarget.value });
    },
  });
  const draft: ConnectionDraft = {
    name: fields.name.trim(),
    url: fields.url.trim(),
    protocol: protocol === '5' ? 5 : 4,
    ...(fields.clientId === '' ? {} : { clientId: fields.clientId }),
    user: fields.user === '' ? null : fields.user,
    ...(fields.password === '' ? {} : { password: fields.password }),
    caPem: fields.caPem.trim() === '' ? null : fields.caPem,
    production,
    subscriptions: filters.map((filter) => ({
      filter,
      qos: qos === '0' ? 0 : qos === '1' ? 1 : 2,
    })),
  };
  return (
    <CommandDialog
      title="Add a connection"
      testId="connection-new"
      confirm="Add and open"
      disabled={draft.name === '' || draft.url === '' || fault !== undefined}
      state={adding.state}
      onDismiss={adding.dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void adding.run(draft).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <div className="pair">
        <TextInput label="Name" data-autofocus data-testid="connection-name" {...field('name')} />
        <SegmentedControl
          aria-label="Version of MQTT"
          value={protocol}
          onChange={setProtocol}
          data={[
            { value: '5', label: 'MQTT 5' },
            { value: '4', label: 'MQTT 3.1.1' },
          ]}
        />
      </div>
      <TextInput
        label="Address"
        description="mqtt://, mqtts://, ws:// or wss://"
        data-testid="connection-url"
        {...field('url')}
      />
      <div className="pair">
        <TextInput label="User" autoComplete="off" {...field('user')} />
        <PasswordInput label="Password" size="xs" autoComplete="off" {...field('password')} />
      </div>
      <div className="pair">
        <TextInput label="Client id" placeholder="generated" {...field('clientId')} />
        <Select
          label="QoS of the subscriptions"
          value={qos}
          allowDeselect={false}
          data={['0', '1', '2']}
          onChange={(next) => {
            if (next !== null) setQos(next);
          }}
        />
      </div>
      <Textarea
        label="Topic filters, one a line"
        autosize
        maxRows={6}
        classNames={{ input: 'mono' }}
        data-testid="connection-filters"
        error={fault?.kind === 'invalid' ? fault.why : undefined}
        {...field('filters')}
      />
      <Textarea
        label="Its CA as PEM"
        description="Left empty: the bench CA and the well-known ones"
        autosize
        maxRows={4}
        {...field('caPem')}
      />
      <Checkbox
        label="Production: publishing, deleting and replaying ask for its name first"
        checked={production}
        onChange={(event) => {
          setProduction(event.currentTarget.checked);
        }}
      />
    </CommandDialog>
  );
}
