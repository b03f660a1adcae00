import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { UpdateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { PlainRefusal } from './plain.tsx';

type Order = 'pause' | 'resume' | 'cancel';

const give = (client: Client, order: Order, updateId: string): Promise<unknown> =>
  client.updates[order]({ updateId });

/** Pausing and cancelling, each explained before it is done; continuing needs no question. */
export function Orders({ update }: { update: UpdateView }): ReactNode {
  const { updateId, paused } = update;
  const [asking, setAsking] = useState<'pause' | 'cancel' | null>(null);
  const { state, run, dismiss } = useCommand(give);
  return (
    <>
      {paused ? (
        <Button
          size="lg"
          data-testid="guided-resume"
          leftSection={<IconPlayerPlay size={20} aria-hidden />}
          loading={state.kind === 'running'}
          onClick={() => {
            void run('resume', updateId);
          }}
        >
          {t('guided:progress.resume')}
        </Button>
      ) : (
        <Button
          size="lg"
          variant="default"
          data-testid="guided-pause"
          leftSection={<IconPlayerPause size={20} aria-hidden />}
          onClick={() => {
            setAsking('pause');
          }}
        >
          {t('guided:progress.pause')}
        </Button>
      )}
      <Button
        size="lg"
        variant="default"
        data-testid="guided-cancel"
        leftSection={<IconX size={20} aria-hidden />}
        onClick={() => {
          setAsking('cancel');
        }}
      >
        {t('guided:progress.cancel')}
      </Button>
      {state.kind === 'refused' && asking === null ? (
        <PlainRefusal refusal={state.refusal} />
      ) : null}
      {asking === null ? null : (
        <CommandDialog
          title={
            asking === 'cancel' ? t('guided:progress.cancelTitle') : t('guided:progress.pauseTitle')
          }
          confirm={asking === 'cancel' ? t('guided:progress.cancel') : t('guided:progress.pause')}
          cancel={t('guided:progress.cancelKeep')}
          danger={asking === 'cancel'}
          state={state}
          testId={`guided-ask-${asking}`}
          onConfirm={() => {
            void run(asking, updateId).then((done) => {
              if (done) setAsking(null);
            });
          }}
          onDismiss={dismiss}
          onClose={() => {
            dismiss();
            setAsking(null);
          }}
        >
          <p className="guided-dialog-text">
            {asking === 'cancel' ? t('guided:progress.cancelSays') : t('guided:progress.pauseSays')}
          </p>
        </CommandDialog>
      )}
    </>
  );
}
