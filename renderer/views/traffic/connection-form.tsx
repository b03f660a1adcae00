import {
  Checkbox,
  PasswordInput,
  SegmentedControl,
  Select,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import type { ConnectionDraft, ConnectionView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { judgeFilter } from '../../state/topic-filter.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { useCommand } from '../../ui/use-command.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

/** Where opening it is refused it is there all the same: the next press corrects that one. */
const add = async (
  client: Client,
  draft: ConnectionDraft,
  added: { id: string | null },
): Promise<void> => {
  if (added.id === null) added.id = (await client.connections.add(draft)).id;
  else {
    // Left out there means kept: the one that was wrong would stay.
    const { password = '' } = draft;
    await client.connections.edit({ id: added.id, draft: { ...draft, password } });
  }
  await client.connections.open({ id: added.id });
};

const edit = async (client: Client, draft: ConnectionDraft, id: string): Promise<void> => {
  await client.connections.edit({ id, draft });
};

const PROTOCOLS: readonly (readonly ['4' | '5', string])[] = [
  ['5', 'MQTT 5'],
  ['4', 'MQTT 3.1.1'],
];

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
  const added = useRef<{ id: string | null }>({ id: null });
  const editing = useCommand(edit);
  const command = edited === null ? adding : editing;
  const workspace = useWorkspace();
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
    clientId: fields.clientId === '' ? null : fields.clientId,
    user: fields.user === '' ? null : fields.user,
    ...(forget ? { password: '' } : fields.password === '' ? {} : { password: fields.password }),
    caPem: fields.caPem.trim() === '' ? null : fields.caPem,
    production,
    subscriptions: filters.map((filter) => ({ filter, qos: qosOf(filter) })),
  };
  return (
    <CommandDialog
      title={
        edited === null
          ? t('traffic:connection.add')
          : t('traffic:connection.editTitle', { name: shownLine(edited.name) })
      }
      testId="connection-form"
      confirm={edited === null ? t('traffic:connection.addAndOpen') : t('traffic:connection.save')}
      disabled={draft.name === '' || draft.url === '' || fault !== undefined}
      command={
        draft.name === '' || draft.url === '' || fault !== undefined
          ? null
          : edited === null
            ? cli.addConnection(workspace, draft)
            : cli.editConnection(workspace, edited.name, draft)
      }
      state={command.state}
      onDismiss={command.dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        const running =
          edited === null ? adding.run(draft, added.current) : editing.run(draft, edited.id);
        void running.then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <div className="pair">
        <TextInput
          label={t('traffic:connection.name')}
          data-autofocus
          data-testid="connection-name"
          {...field('name')}
        />
        <SegmentedControl
          aria-label={t('traffic:connection.version')}
          value={protocol}
          onChange={setProtocol}
          data={PROTOCOLS.map(([value, label]) => ({ value, label }))}
        />
      </div>
      <TextInput
        label={t('traffic:connection.address')}
        description={t('traffic:connection.addressSays')}
        data-testid="connection-url"
        {...field('url')}
      />
      <div className="pair">
        <TextInput label={t('traffic:connection.user')} autoComplete="off" {...field('user')} />
        <PasswordInput
          label={t('traffic:connection.password')}
          size="xs"
          autoComplete="new-password"
          placeholder={edited?.hasPassword === true ? t('traffic:connection.kept') : ''}
          disabled={forget}
          {...field('password')}
        />
      </div>
      {edited?.hasPassword === true ? (
        <Checkbox
          label={t('traffic:connection.forget')}
          checked={forget}
          onChange={(event) => {
            setForget(event.currentTarget.checked);
          }}
        />
      ) : null}
      <div className="pair">
        <TextInput
          label={t('traffic:connection.clientId')}
          placeholder={t('traffic:connection.generated')}
          {...field('clientId')}
        />
        <Select
          label={t('traffic:connection.qos')}
          value={qos}
          allowDeselect={false}
          data={['0', '1', '2']}
          onChange={(next) => {
            if (next !== null) setQos(next);
          }}
        />
      </div>
      <Textarea
        label={t('traffic:connection.filters')}
        autosize
        maxRows={6}
        classNames={{ input: 'mono' }}
        data-testid="connection-filters"
        error={fault?.kind === 'invalid' ? fault.why : undefined}
        {...field('filters')}
      />
      <Textarea
        label={t('traffic:connection.ca')}
        description={t('traffic:connection.caSays')}
        autosize
        maxRows={4}
        {...field('caPem')}
      />
      <Checkbox
        label={t('traffic:connection.production')}
        checked={production}
        onChange={(event) => {
          setProduction(event.currentTarget.checked);
        }}
      />
    </CommandDialog>
  );
}
