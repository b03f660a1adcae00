import { Button } from '@mantine/core';
import { IconFileCertificate } from '@tabler/icons-react';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { holdUpdate } from '../../state/updates.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { emptyWork, isComplete, toWish, WorkFields, type Work } from './work-fields.tsx';
import './reports.css';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

/** At an update that has ended: opens its report, or asks what has to be known to write one. */
export function ReportButton(props: { updateId: string }): ReactNode {
  const { updateId } = props;
  const [asked, setAsked] = useState<'nothing' | 'whether' | 'what'>('nothing');
  // The newest update takes the place of this one: not while somebody writes its report.
  const isHeld = asked !== 'nothing';
  useEffect(() => (isHeld ? holdUpdate(updateId) : undefined), [isHeld, updateId]);
  const open = async (): Promise<void> => {
    setAsked('whether');
    const { state } = useConnection.getState();
    const known =
      state.kind === 'up'
        ? await state.client.reports.list({ updateId, limit: 1 }).catch(() => null)
        : null;
    const report = known?.reports[0];
    setAsked(report === undefined ? 'what' : 'nothing');
    if (report !== undefined) showScreen('reports', report.reportId);
  };
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconFileCertificate size={13} aria-hidden />}
        data-testid="update-report"
        loading={asked === 'whether'}
        onClick={() => void open()}
      >
        {t('reports:create.open')}
      </Button>
      {asked === 'what' ? (
        <CreateDialog
          updateId={updateId}
          onClose={() => {
            setAsked('nothing');
          }}
        />
      ) : null}
    </>
  );
}

function CreateDialog(props: { updateId: string; onClose: () => void }): ReactNode {
  const { updateId } = props;
  const [work, setWork] = useState<Work>(emptyWork);
  const create = useCallback(
    async (client: Client, wish: Work) => {
      const { reportId } = await client.reports.create({ updateId, ...toWish(wish) });
      showScreen('reports', reportId);
    },
    [updateId],
  );
  const { state, run, dismiss } = useCommand(create);
  const workspace = useWorkspace();
  return (
    <CommandDialog
      title={t('reports:create.title')}
      confirm={t('reports:create.confirm')}
      cancel={t('reports:create.cancel')}
      disabled={!isComplete(work)}
      command={isComplete(work) ? cli.createReport(workspace, updateId, work) : null}
      state={state}
      testId="report-create"
      onConfirm={() => {
        void run(work).then((done) => {
          if (done) props.onClose();
        });
      }}
      onDismiss={dismiss}
      onClose={props.onClose}
    >
      <WorkFields work={work} onChange={setWork} />
    </CommandDialog>
  );
}
