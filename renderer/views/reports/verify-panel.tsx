import { Button, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { REPORT_TEXT_LIMIT, type ReportVerdict } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { RefusedHere } from '../../state/refusal.ts';
import { showScreen } from '../../state/screen.store.ts';
import { FileField } from '../../ui/file-field.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { ReportPage } from './report-page.tsx';
import { VerdictBox } from './verdict.tsx';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const REPORT = 'report.json';

/** A report that somebody gave us: whether it holds, and what it says. Nothing is stored. */
export function VerifyPanel(): ReactNode {
  const [file, setFile] = useState<File | null>(null);
  const [fingerprint, setFingerprint] = useState('');
  const [asked, setAsked] = useState<{ file: File; trusted: string } | null>(null);
  const { answer, isCurrent } = useAsk(
    useMemo(
      () => (asked === null ? null : (client: Client) => verify(client, asked.file, asked.trusted)),
      [asked],
    ),
  );
  // Of this very file: a verdict beside another one's name would be a lie.
  const verdict = isCurrent && answer.kind === 'told' ? answer.value : null;
  const look = (chosen: File | null): void => {
    if (chosen !== null) setAsked({ file: chosen, trusted: fingerprint });
  };
  return (
    <div className="report-open" data-testid="report-verify">
      <form
        className="panel report-verify"
        onSubmit={(event) => {
          event.preventDefault();
          look(file);
        }}
      >
        <div className="panel-head">
          <h2>{t('reports:verify.title')}</h2>
          <span className="soft">{t('reports:verify.says')}</span>
          <span className="spring" />
          <CopyCommand
            compact
            command={cli.verifyReport(file?.name ?? REPORT, fingerprint.trim())}
          />
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              showScreen('reports');
            }}
          >
            {t('reports:verify.close')}
          </Button>
        </div>
        <div className="panel-body report-verify-fields">
          <FileField
            label={t('reports:verify.field')}
            hint={t('reports:verify.hint')}
            accept=".json,.html,application/json,text/html"
            files={file === null ? [] : [file]}
            testId="report-file"
            onFiles={([chosen = null]) => {
              setFile(chosen);
              look(chosen);
            }}
          />
          <TextInput
            label={t('reports:verify.fingerprint')}
            description={t('reports:verify.fingerprintHint')}
            value={fingerprint}
            spellCheck={false}
            data-testid="report-fingerprint"
            onChange={(event) => {
              setFingerprint(event.currentTarget.value);
            }}
            onBlur={() => {
              look(file);
            }}
          />
        </div>
      </form>
      {isCurrent && answer.kind === 'refused' ? <Refusal refusal={answer.refusal} /> : null}
      {verdict === null ? null : verdict.document === null ? (
        <VerdictBox verdict={verdict} />
      ) : (
        <ReportPage document={verdict.document}>
          <VerdictBox verdict={verdict} />
        </ReportPage>
      )}
    </div>
  );
}

async function verify(client: Client, file: File, trusted: string): Promise<ReportVerdict> {
  const document = await textOf(file);
  const by = trusted.trim() === '' ? {} : { fingerprint: trusted };
  return client.reports.verify({ document, ...by });
}

async function textOf(file: File): Promise<string> {
  if (file.size > REPORT_TEXT_LIMIT) {
    throw new RefusedHere({
      code: 'TOO_LARGE',
      reason: t('reports:verify.tooLarge', { name: file.name }),
      next: t('reports:verify.tooLargeNext'),
    });
  }
  try {
    const bytes = await file.arrayBuffer();
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RefusedHere({
      code: 'INVALID_UTF8',
      reason: t('reports:verify.notText', { name: file.name }),
      next: t('reports:verify.notTextNext'),
    });
  }
}
