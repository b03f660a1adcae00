import { Button, TextInput } from '@mantine/core';
import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { TrafficMark } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { messages } from '../../state/traffic.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { offerUndo } from '../../ui/undo.tsx';
import { useCommand } from '../../ui/use-command.ts';

const set = (client: Client, id: number, note: string | null): Promise<unknown> =>
  note === null ? client.traffic.unmark({ id }) : client.traffic.mark({ id, note });

/** A bookmark with a note; it survives retention. */
export function Bookmark(props: {
  id: number;
  mark: TrafficMark | null;
  onChanged: () => void;
}): ReactNode {
  const { id, mark } = props;
  const [note, setNote] = useState(mark?.note ?? '');
  const setting = useCommand(set);
  const change = (next: string | null): void => {
    void setting.run(id, next).then((done) => {
      if (!done) return;
      messages.refresh();
      props.onChanged();
      if (next !== null || mark === null) return;
      offerUndo(t('traffic:bookmark.removed'), async (client) => {
        await set(client, id, mark.note);
        messages.refresh();
        props.onChanged();
      });
    });
  };
  return (
    <>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          change(note);
        }}
      >
        <Button
          variant={mark === null ? 'default' : 'light'}
          data-testid="traffic-mark"
          aria-pressed={mark !== null}
          leftSection={mark === null ? <IconStar size={14} /> : <IconStarFilled size={14} />}
          onClick={() => {
            change(mark === null ? note : null);
          }}
        >
          {mark === null ? t('traffic:bookmark.mark') : t('traffic:bookmark.marked')}
        </Button>
        {mark === null ? null : (
          <>
            <TextInput
              className="spring"
              aria-label={t('traffic:bookmark.note')}
              placeholder={t('traffic:bookmark.note')}
              maxLength={10_000}
              value={note}
              onChange={(event) => {
                setNote(event.currentTarget.value);
              }}
            />
            <Button type="submit" variant="default" disabled={note === mark.note}>
              {t('traffic:bookmark.save')}
            </Button>
          </>
        )}
      </form>
      {setting.state.kind === 'refused' ? (
        <Refusal refusal={setting.state.refusal} onClose={setting.dismiss} />
      ) : null}
    </>
  );
}
