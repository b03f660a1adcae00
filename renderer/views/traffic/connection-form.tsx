import {
  Checkbox,
  PasswordInput,
  SegmentedControl,
  Select,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ConnectionDraft, ConnectionView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { judgeFilter } from '../../state/topic-filter.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { useCommand } from '../../ui/use-command.ts';

const add = async (client: Client, draft: ConnectionDraft): Promise<void> => {
  const { id } = await client.connections.add(draft);
  await client.connections.open({ id });
};

const edit = async (client: Client, draft: ConnectionDraft, id: string): Promise<void> => {
  await client.connections.edit({ id, draft });
};

type Qos = 0 | 1 | 2;
type QosText = `${Qos}`;
const QOS: Record<QosText, Qos> = { '0': 0, '1': 1, '2': 2 };

/**
 * A broker beside the bench's own: where it is, who we are there, and what is captured. A new one,
 * or `edited` anew.
 */
export function ConnectionForm(props: {
  edited: ConnectionView | null;
  onClose: () => void;
}): ReactNode {
  const { edited } = props;
  const [fields, setFields] = useState(() => ({
    name: edited?.name ?? '',
    url: edited?.url ?? 'mqtt://127.0.0.1:1883',
    clientId: edited?.clientId ?? '',
    user: edited?.user ?? '',
    password: '',
    caPem: edited?.caPem ?? '',
    filters: edited ? edited.subscriptions.map(({ filter }) => filter).join('\n') : '#',
  }));
  const [protocol, setProtocol] = useState<'4' | '5'>(edited?.protocol === 4 ? '4' : '5');
  const first: QosText = `${edited?.subscriptions[0]?.qos ?? 0}`;
  const [qos, setQos] = useState<QosText>(first);
  const [production, setProduction] = useState(edited?.production ?? false);
  const [forget, setForget] = useState(false);
  const adding = useCommand(add);
  const editing = useCommand(edit);
  const command = edited === null ? adding : editing;
  const filters = fields.filters.split('\n').filter((line) => line !== '');
  const fault = filters.map(judgeFilter).find(({ kind }) => kind === 'invalid');
  const field = (name: keyof typeof fields) => ({
    value: fields[name],
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }): void => {
      setFields({ ...fields, [name]: event.currentTarget.value });
    },
  });
  /** Another QoS goes to all of them; until one is chosen, each keeps its own. */
  const qosOf = (filter: string): Qos =>
    (qos === first ? edited?.subscriptions.find((each) => each.filter === filter)?.qos : null) ??
    QOS[qos];
  const draft: ConnectionDraft = {
    name: fields.name.trim(),
    url: fields.url.trim(),
    protocol: protocol === '5' ? 5 : 4,
    ...(fields.clientId === '' ? {} : { clientId: fields.clientId }),
    user: fields.user === '' ? null : fields.user,
    ...(forget ? { password: '' } : fields.password === '' ? {} : { password: fields.password }),
    caPem: fields.caPem.trim() === '' ? null : fields.caPem,
    production,
    subscriptions: filters.map((filter) => ({ filter, qos: qosOf(filter) })),
  };
  return (
    <CommandDialog
      title={edited === null ? 'Add a connection' : `Edit ${shownLine(edited.name)}`}
      testId="connection-form"
      confirm={edited === null ? 'Add and open' : 'Save'}
      disabled={draft.name === '' || draft.url === '' || fault !== undefined}
      state={command.state}
      onDismiss={command.dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        const running = edited === null ? adding.run(draft) : editing.run(draft, edited.id);
        void running.then((done) => {
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
        <PasswordInput
          label="Password"
          size="xs"
          autoComplete="new-password"
          placeholder={edited?.hasPassword === true ? 'as it is' : ''}
          disabled={forget}
          {...field('password')}
        />
      </div>
      {edited?.hasPassword === true ? (
        <Checkbox
          label="Forget the password that is kept"
          checked={forget}
          onChange={(event) => {
            setForget(event.currentTarget.checked);
          }}
        />
      ) : null}
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
