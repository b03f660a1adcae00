import { Select, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { ConnectionView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { followConnections, useConnections } from '../../state/connections.store.ts';
import { connectionName, stateWords } from './connections.tsx';
import { shownLine } from '../../ui/safe-text.ts';

export type Chosen = {
  connection: ConnectionView | null;
  choose: (id: string) => void;
};

/** The connection that a command goes over; the bench's own until another is chosen. */
export function useChosenConnection(): Chosen {
  const connections = useConnections((store) => store.connections);
  const [id, choose] = useState('own');
  // One that is gone is not replaced by another: what is sent would go there.
  useEffect(followConnections, []);
  const connection = connections?.find((each) => each.id === id) ?? null;
  return { connection, choose };
}

/** Which one, and its name typed once more where it is marked as production. */
export function ChooseConnection(
  props: Chosen & { confirm: string; onConfirm: (name: string) => void },
): ReactNode {
  const connections = useConnections((store) => store.connections) ?? [];
  const { connection } = props;
  return (
    <>
      <Select
        label={t('traffic:choose.connection')}
        placeholder={t('traffic:choose.hint')}
        error={
          connection === null && connections.length > 0 ? t('traffic:choose.removed') : undefined
        }
        allowDeselect={false}
        value={connection?.id ?? null}
        data={connections.map((each) => ({
          value: each.id,
          label: `${connectionName(each)} · ${stateWords(each.state)}`,
        }))}
        onChange={(id) => {
          if (id !== null) props.choose(id);
        }}
      />
      {connection !== null && connection.confirm !== null ? (
        <TextInput
          label={t('traffic:choose.production', { name: shownLine(connection.confirm) })}
          value={props.confirm}
          onChange={(event) => {
            props.onConfirm(event.currentTarget.value);
          }}
        />
      ) : null}
    </>
  );
}
