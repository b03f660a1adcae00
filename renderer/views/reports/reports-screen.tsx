import { Button } from '@mantine/core';
import { IconFileCertificate, IconFileSearch, IconKey, IconScript } from '@tabler/icons-react';
import { type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { saveFile } from '../../state/files.ts';
import { useReports } from '../../state/reports.store.ts';
import { showScreen, useScreen } from '../../state/screen.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { OpenReport } from './open-report.tsx';
import { ReportList } from './report-list.tsx';
import { Sessions } from './sessions.tsx';
import { VerifyPanel } from './verify-panel.tsx';
import './reports.css';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli, type CliCommand } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

/** The part of the address that is no report. */
const VERIFY = 'verify';

const saveScript = async (client: Client): Promise<void> => {
  saveFile(await client.reports.verifier());
};
const saveKeys = async (client: Client): Promise<void> => {
  saveFile(await client.reports.publicKeys());
};

/** Signed reports of what was done to vehicles: to read, to hand on, to verify. */
export function ReportsScreen(): ReactNode {
  const part = useScreen((store) => store.part);
  const refusal = useReports((store) => store.refusal);
  const reports = useReports((store) => store.reports);
  const search = useReports((store) => store.search);
  const workspace = useWorkspace();
  const none = reports?.length === 0 && search === '';
  return (
    <div className="screen reports">
      <div className="screen-head report-head">
        <h1>{t('reports:title')}</h1>
        <span className="soft clip">{t('reports:says')}</span>
        <span className="spring" />
        <SaveButton
          command={saveScript}
          icon={<IconScript size={15} aria-hidden />}
          testId="report-script"
          cli={cli.reportScript(workspace)}
        >
          {t('reports:export.script')}
        </SaveButton>
        <SaveButton
          command={saveKeys}
          icon={<IconKey size={15} aria-hidden />}
          testId="report-keys"
          cli={cli.reportKeys(workspace)}
        >
          {t('reports:export.keys')}
        </SaveButton>
        <VerifyButton />
      </div>
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <Sessions />
      <div className="report-columns">
        <ReportList openId={part} />
        {part === VERIFY ? (
          <VerifyPanel />
        ) : part !== null ? (
          <OpenReport key={part} reportId={part} />
        ) : (
          <div className="panel report-empty">{none ? <NoReport /> : <NoneChosen />}</div>
        )}
      </div>
    </div>
  );
}

function NoReport(): ReactNode {
  return (
    <Empty
      icon={<IconFileCertificate size={32} stroke={1.4} />}
      title={t('reports:none.title')}
      action={
        <Button
          onClick={() => {
            showScreen('bench');
          }}
        >
          {t('reports:none.bench')}
        </Button>
      }
    >
      {t('reports:none.says')}
    </Empty>
  );
}

function NoneChosen(): ReactNode {
  return (
    <Empty icon={<IconFileCertificate size={32} stroke={1.4} />} title={t('reports:choose.title')}>
      {t('reports:choose.says')}
    </Empty>
  );
}

function VerifyButton(): ReactNode {
  return (
    <Button
      leftSection={<IconFileSearch size={15} aria-hidden />}
      data-testid="report-verify-open"
      onClick={() => {
        showScreen('reports', VERIFY);
      }}
    >
      {t('reports:verify.open')}
    </Button>
  );
}

function SaveButton(props: {
  command: (client: Client) => Promise<void>;
  icon: ReactNode;
  testId: string;
  cli: CliCommand;
  children: ReactNode;
}): ReactNode {
  const { state, run, dismiss } = useCommand(props.command);
  return (
    <>
      <Button
        variant="default"
        leftSection={props.icon}
        loading={state.kind === 'running'}
        data-testid={props.testId}
        onClick={() => void run()}
      >
        {props.children}
      </Button>
      <CopyCommand compact command={props.cli} />
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </>
  );
}
