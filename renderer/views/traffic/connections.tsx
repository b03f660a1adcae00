import { Button } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { ConnectionView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { followConnections, useConnections } from '../../state/connections.store.ts';
import { count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { Tag } from '../../ui/tag.tsx';
import type { Tone } from '../../ui/words.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { ConnectionForm } from './connection-form.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const set = (client: Client, id: string, to: 'open' | 'close'): Promise<unknown> =>
  client.connections[to]({ id });
const remove = (client: Client, id: string): Promise<unknown> => client.connections.remove({ id });

const PROTOCOLS = { 4: 'MQTT 3.1.1', 5: 'MQTT 5' } as const;

/** Brokers that are captured from, beside the bench's own. */
export function Connections(): ReactNode {
  const connections = useConnections((store) => store.connections);
  const [adding, setAdding] = useState(false);
  useEffect(followConnections, []);
  return (
    <section className="panel connections" aria-label={t('traffic:connections.title')}>
      <div className="panel-head">
        <h2>{t('traffic:connections.title')}</h2>
        <span className="faint">{t('traffic:connections.captured')}</span>
        <span className="spring" />
        <Button
          data-testid="connection-add"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => {
            setAdding(true);
          }}
        >
          {t('traffic:connection.add')}
        </Button>
      </div>
      <ul className="connections-list" tabIndex={0} aria-label={t('traffic:connections.list')}>
        {(connections ?? []).map((connection) => (
          <Connection key={connection.id} connection={connection} />
        ))}
      </ul>
      {adding ? (
        <ConnectionForm
          edited={null}
          onClose={() => {
            setAdding(false);
          }}
        />
      ) : null}
    </section>
  );
}

export const stateWords = (state: ConnectionView['state']): string =>
  t(`traffic:connections.state.${state}`);

/** The one of the bench itself is named in the language that is spoken. */
export const connectionName = ({ id, name }: Pick<ConnectionView, 'id' | 'name'>): string =>
  id === 'own' ? t('traffic:connections.ownName') : shownLine(name);

const tones: Record<ConnectionView['state'], Tone> = {
  idle: 'quiet',
  connecting: 'busy',
  up: 'ok',
  lost: 'bad',
  closed: 'quiet',
};

function Connection(props: { connection: ConnectionView }): ReactNode {
  const { connection } = props;
  const { id, name, url, protocol, clientId, state, subscriptions, limits } = connection;
  const setting = useCommand(set);
  const workspace = useWorkspace();
  const [asking, setAsking] = useState<'edit' | 'remove' | null>(null);
  const close = (): void => {
    setAsking(null);
  };
  const isOpen = state === 'connecting' || state === 'up' || state === 'lost';
  return (
    <li className="connection" data-testid="connection" data-name={name} data-state={state}>
      <div className="row">
        <IconPlugConnected size={16} aria-hidden />
        <strong>
          <bdi>{connectionName(connection)}</bdi>
        </strong>
        <Tag tone={tones[state]}>{stateWords(state)}</Tag>
        {connection.production ? (
          <Tag tone="warn">{t('traffic:connections.production')}</Tag>
        ) : null}
        <span className="spring" />
        <span className="faint">
          {t('traffic:connections.received', {
            count: connection.received,
            number: count(connection.received),
          })}
        </span>
        {id === 'own' ? null : (
          <>
            <CopyCommand compact command={cli.openConnection(workspace, name)} />
            <Button
              variant="default"
              loading={setting.state.kind === 'running'}
              onClick={() => {
                void setting.run(id, isOpen ? 'close' : 'open');
              }}
            >
              {isOpen ? t('traffic:connections.close') : t('traffic:connections.open')}
            </Button>
            <Button
              variant="default"
              data-testid="connection-edit"
              onClick={() => {
                setAsking('edit');
              }}
            >
              {t('traffic:connections.edit')}
            </Button>
            <Button
              variant="subtle"
              color="red"
              onClick={() => {
                setAsking('remove');
              }}
            >
              {t('traffic:connections.removeAsk')}
            </Button>
          </>
        )}
      </div>
      <div className="soft connection-facts">
        <span className="mono">{url === null ? t('traffic:connections.own') : shownLine(url)}</span>
        <span>{PROTOCOLS[protocol]}</span>
        <span className="mono">
          <bdi>{shownLine(clientId)}</bdi>
        </span>
        {subscriptions.map(({ filter, qos }) => (
          <span key={filter} className="mono">
            <bdi>{shownLine(filter, 200)}</bdi>{' '}
            <span className="faint">{`QoS ${String(qos)}`}</span>
          </span>
        ))}
        {limits === null ? null : (
          <span className="faint">
            {t('traffic:connections.limits', {
              qos: limits.maximumQos,
              messages: count(limits.receiveMaximum),
              aliases: count(limits.topicAliasMaximum),
            })}
          </span>
        )}
      </div>
      {connection.refusals.map((refusal, index) => (
        <Refusal key={index} refusal={refusal} />
      ))}
      {setting.state.kind === 'refused' ? (
        <Refusal refusal={setting.state.refusal} onClose={setting.dismiss} />
      ) : null}
      {asking === 'remove' ? <RemoveDialog connection={connection} onClose={close} /> : null}
      {asking === 'edit' ? <ConnectionForm edited={connection} onClose={close} /> : null}
    </li>
  );
}

function RemoveDialog(props: { connection: ConnectionView; onClose: () => void }): ReactNode {
  const { id, name } = props.connection;
  const removing = useCommand(remove);
  const workspace = useWorkspace();
  return (
    <CommandDialog
      title={t('traffic:connections.removeTitle', { name: shownLine(name) })}
      testId="connection-remove"
      confirm={t('traffic:connections.remove')}
      danger
      command={cli.removeConnection(workspace, name)}
      state={removing.state}
      onDismiss={removing.dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void removing.run(id);
      }}
    >
      <p>{t('traffic:connections.removeSays')}</p>
    </CommandDialog>
  );
}
