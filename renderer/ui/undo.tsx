import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { Client } from '../connect.ts';
import { t } from '../i18n/index.ts';
import { Refusal } from './refusal.tsx';
import { useCommand } from './use-command.ts';

/** Long enough to read what happened and to reach the button with the keyboard. */
const OFFERED_MS = 12_000;

type Undo = (client: Client) => Promise<unknown>;

let offered = 0;

/** Says what was done, with a button that has the bench put it back as it was. */
export function offerUndo(message: string, undo: Undo): void {
  offered += 1;
  const id = `undo-${offered.toString()}`;
  notifications.show({
    id,
    message: <Offer id={id} message={message} undo={undo} />,
    autoClose: OFFERED_MS,
  });
}

function Offer(props: { id: string; message: string; undo: Undo }): ReactNode {
  const { state, run, dismiss } = useCommand(props.undo);
  const [isDone, setDone] = useState(false);
  if (state.kind === 'refused') return <Refusal refusal={state.refusal} onClose={dismiss} />;
  return (
    <span className="row">
      <span>{props.message}</span>
      <span className="spring" />
      <Button
        size="compact-sm"
        variant="default"
        data-testid="undo"
        loading={state.kind === 'running'}
        // It fades for a moment, in which a second click would undo twice.
        disabled={isDone}
        onClick={() => {
          void run().then((done) => {
            if (!done) return;
            setDone(true);
            notifications.hide(props.id);
            notifications.show({ message: t('ui:undo.done') });
          });
        }}
      >
        {t('ui:undo.undo')}
      </Button>
    </span>
  );
}
