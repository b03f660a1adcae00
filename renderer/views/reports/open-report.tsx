import { Button } from '@mantine/core';
import { IconFileCode, IconFileText, IconPrinter } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { spokenLanguage, t } from '../../i18n/index.ts';
import { saveFile } from '../../state/files.ts';
import { fromBase64 } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { ReportPage } from './report-page.tsx';
import { VerdictBox } from './verdict.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { isDesktop } from '../../desktop.ts';
import { SavePdf } from './save-pdf.tsx';

const save = async (client: Client, reportId: string, format: 'json' | 'html'): Promise<void> => {
  saveFile(await client.reports.export({ reportId, format, language: spokenLanguage() }));
};

/** A report of this bench, verified as it is opened: what lies on a disk may have been changed. */
export function OpenReport(props: { reportId: string }): ReactNode {
  const { reportId } = props;
  const ask = useCallback(
    async (client: Client) => {
      const [{ document }, file] = await Promise.all([
        client.reports.get({ reportId }),
        client.reports.export({ reportId, format: 'json', language: 'en' }),
      ]);
      const text = new TextDecoder().decode(fromBase64(file.base64));
      return { document, verdict: await client.reports.verify({ document: text }) };
    },
    [reportId],
  );
  const { answer } = useAsk(ask);
  const { state, run, dismiss } = useCommand(save);
  const workspace = useWorkspace();
  if (answer.kind === 'asking') return <div className="report-open" />;
  if (answer.kind === 'refused') {
    return (
      <div className="report-open">
        <Refusal refusal={answer.refusal} />
      </div>
    );
  }
  const { document, verdict } = answer.value;
  return (
    <div className="report-open" data-testid="report-open">
      <div className="report-actions">
        <Button
          variant="default"
          leftSection={<IconFileCode size={15} aria-hidden />}
          data-testid="report-json"
          onClick={() => void run(reportId, 'json')}
        >
          {t('reports:export.json')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconFileText size={15} aria-hidden />}
          data-testid="report-html"
          onClick={() => void run(reportId, 'html')}
        >
          {t('reports:export.html')}
        </Button>
        {isDesktop() ? <SavePdf reportId={reportId} /> : null}
        <Button
          variant="default"
          leftSection={<IconPrinter size={15} aria-hidden />}
          data-testid="report-print"
          onClick={() => {
            window.print();
          }}
        >
          {t('reports:export.print')}
        </Button>
        <span className="spring" />
        <CopyCommand command={cli.exportReport(workspace, document.reportId, spokenLanguage())} />
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      <ReportPage document={document}>
        <VerdictBox verdict={verdict} />
      </ReportPage>
    </div>
  );
}
