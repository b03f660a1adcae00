import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { saveAcl, useAcl } from '../../state/acl.store.ts';
import { saveFile, textFile } from '../../state/files.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { offerUndo } from '../../ui/undo.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

const restore = async (client: Client): Promise<void> => {
  const { saved: before } = useAcl.getState();
  await saveAcl(client, null);
  const after = useAcl.getState().saved?.text;
  offerUndo(t('trust:restore.done'), (again) => saveAcl(again, before?.text ?? null, after));
};

const COPY = 'acl.conf';
const linesOf = (text: string): number => text.trimEnd().split('\n').length;

/** The bench keeps one file of rules: the default takes the place of a person's own. */
export function DefaultDialog(props: { live: boolean; onClose: () => void }): ReactNode {
  const { saved, draft } = useAcl();
  const { state, run, dismiss } = useCommand(restore);
  const workspace = useWorkspace();
  const own = saved?.text ?? '';
  return (
    <CommandDialog
      testId="default-rules"
      title={t('trust:restore.title')}
      confirm={t('trust:restore.confirm')}
      cancel={t('trust:restore.keep')}
      danger
      command={cli.resetAcl(workspace)}
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run().then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>{props.live ? t('trust:restore.saysLive') : t('trust:restore.says')}</p>
      <dl className="facts touched">
        <dt>{t('trust:restore.lost')}</dt>
        <dd>{t('trust:restore.saved', { count: linesOf(own) })}</dd>
        {draft === null ? null : (
          <>
            <dt>{t('trust:restore.lostToo')}</dt>
            <dd>{t('trust:restore.unsaved', { count: linesOf(draft) })}</dd>
          </>
        )}
      </dl>
      <div>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => {
            saveFile(textFile(COPY, draft ?? own));
          }}
        >
          {t('trust:restore.download')}
        </Button>
      </div>
    </CommandDialog>
  );
}
