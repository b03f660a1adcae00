import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { Client } from '../connect.ts';
import { t } from '../i18n/index.ts';
import { Refusal } from './refusal.tsx';
import { useCommand } from './use-command.ts';

/** Long enough to read what happened and to reach the button with the keyboard. */
const OFFERED_MS = 12_000;

/** Tells in words what could not be put back; null where all is as it was. */
type Undo = (client: Client) => Promise<string | null>;

let offered = 0;

const all = (): null => null;

/**
 * Says what was done, with a button that has the bench put it back as it was.
 * @param left words for what of it stays as it is, from what `undo` told
 */
export function offerUndo<T>(
  message: string,
  undo: (client: Client) => Promise<T>,
  left: (told: T) => string | null = all,
): void {
  offered += 1;
  const id = `undo-${offered.toString()}`;
  notifications.show({
    id,
    message: <Offer id={id} message={message} undo={async (client) => left(await undo(client))} />,
    autoClose: OFFERED_MS,
  });
}

type OfferProps = { id: string; message: string; undo: Undo };

function Offer(props: OfferProps): ReactNode {
  const { id, message, undo } = props;
  const [isDone, setDone] = useState(false);
  const { state, run, dismiss } = useCommand(
    useCallback(
      async (client: Client) => {
        const left = await undo(client);
        if (left === null) notifications.show({ message: t('ui:undo.done') });
        else notifications.show({ autoClose: false, color: 'yellow', message: left });
      },
      [undo],
    ),
  );
  useEffect(() => {
    // The offer goes by itself, but not while it is carried out or its refusal is read.
    const autoClose = state.kind === 'idle' ? OFFERED_MS : false;
    notifications.update({ id, autoClose, message: <Offer {...{ id, message, undo }} /> });
  }, [state.kind, id, message, undo]);
  if (state.kind === 'refused') return <Refusal refusal={state.refusal} onClose={dismiss} />;
  return (
    <span className="row">
      <span>{message}</span>
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
            notifications.hide(id);
          });
        }}
      >
        {t('ui:undo.undo')}
      </Button>
    </span>
  );
}
