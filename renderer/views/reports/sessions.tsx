import { Button, Checkbox, Textarea } from '@mantine/core';
import { useCallback, useState, type ReactNode } from 'react';
import type { SessionView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { loadReports, useReports } from '../../state/reports.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { dateTime } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Said } from './report-parts.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const discard = async (client: Client, sessionId: string): Promise<void> => {
  await client.reports.discard({ sessionId });
  await loadReports(client);
};

/** Sessions that wait for their report, also those that a crash left behind. */
export function Sessions(): ReactNode {
  const sessions = useReports((store) => store.sessions);
  const [finishing, setFinishing] = useState<SessionView | null>(null);
  const { state, run, dismiss } = useCommand(discard);
  const workspace = useWorkspace();
  if (sessions.length === 0) return null;
  return (
    <section className="panel report-sessions" aria-label={t('reports:session.title')}>
      <div className="panel-head">
        <h2>{t('reports:session.title')}</h2>
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      <ul>
        {sessions.map((session) => (
          <li key={session.sessionId} className="row" data-testid="report-session">
            <span className="mono">{session.vin}</span>
            <span className="clip">
              <Said text={`${session.operator} · ${session.purpose}`} />
            </span>
            {session.interrupted ? <Tag tone="warn">{t('reports:session.interrupted')}</Tag> : null}
            <span className="spring" />
            <span className="faint">
              {t('reports:session.begun', { when: dateTime(session.begunAt) })} ·{' '}
              {t('reports:session.updates', { count: session.updateIds.length })}
            </span>
            {session.updateIds.length === 0 ? (
              <>
                <CopyCommand compact command={cli.discardReport(workspace, session.sessionId)} />
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => void run(session.sessionId)}
                >
                  {t('reports:session.discard')}
                </Button>
              </>
            ) : null}
            <Button
              size="compact-xs"
              data-testid="session-finish"
              onClick={() => {
                setFinishing(session);
              }}
            >
              {t('reports:session.finish')}
            </Button>
          </li>
        ))}
      </ul>
      {finishing === null ? null : (
        <Finish
          sessionId={finishing.sessionId}
          onClose={() => {
            setFinishing(null);
          }}
        />
      )}
    </section>
  );
}

function Finish(props: { sessionId: string; onClose: () => void }): ReactNode {
  const { sessionId } = props;
  const [remarks, setRemarks] = useState('');
  const [unfinished, setUnfinished] = useState(false);
  const finish = useCallback(
    async (client: Client, said: string, hurry: boolean) => {
      const more = said.trim() === '' ? {} : { remarks: said };
      const report = await client.reports.finish({ sessionId, unfinished: hurry, ...more });
      await loadReports(client);
      showScreen('reports', report.reportId);
    },
    [sessionId],
  );
  const { state, run, dismiss } = useCommand(finish);
  const workspace = useWorkspace();
  return (
    <CommandDialog
      title={t('reports:session.finishTitle')}
      confirm={t('reports:session.finishConfirm')}
      cancel={t('reports:create.cancel')}
      command={cli.finishReport(workspace, sessionId, { remarks: remarks.trim(), unfinished })}
      state={state}
      testId="session-report"
      onConfirm={() => {
        void run(remarks, unfinished).then((done) => {
          if (done) props.onClose();
        });
      }}
      onDismiss={dismiss}
      onClose={props.onClose}
    >
      <Textarea
        label={t('reports:create.remarks')}
        placeholder={t('reports:create.optional')}
        value={remarks}
        maxLength={4_000}
        autosize
        minRows={2}
        maxRows={6}
        dir="auto"
        onChange={(event) => {
          setRemarks(event.currentTarget.value);
        }}
      />
      <Checkbox
        label={t('reports:session.unfinished')}
        checked={unfinished}
        onChange={(event) => {
          setUnfinished(event.currentTarget.checked);
        }}
      />
      <p className="faint">{t('reports:create.note')}</p>
    </CommandDialog>
  );
}
