import { Button } from '@mantine/core';
import { IconDownload, IconFileCertificate, IconPrinter } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import type { ReportDocument } from '#core/contract';
import type { Client } from '../../connect.ts';
import { locale, spokenLanguage, t } from '../../i18n/index.ts';
import { saveFile } from '../../state/files.ts';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { PlainRefusal } from './plain.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const save = async (client: Client, reportId: string, format: 'json' | 'html'): Promise<void> => {
  const language = spokenLanguage();
  saveFile(await client.reports.export({ reportId, format, language }));
};

/** The report on the screen, and the ways to take it along. */
export function ReportSheet({ reportId }: { reportId: string }): ReactNode {
  const { answer } = useAsk(
    useCallback((client: Client) => client.reports.get({ reportId }), [reportId]),
  );
  const { state, run } = useCommand(save);
  const workspace = useWorkspace();
  if (answer.kind === 'asking') return <p className="soft">{t('guided:loading')}</p>;
  if (answer.kind === 'refused') return <PlainRefusal refusal={answer.refusal} />;
  return (
    <>
      <div className="guided-row guided-no-print">
        <Button
          size="lg"
          variant="default"
          data-testid="guided-save-html"
          leftSection={<IconDownload size={20} aria-hidden />}
          loading={state.kind === 'running'}
          onClick={() => {
            void run(reportId, 'html');
          }}
        >
          {t('guided:report.saveHtml')}
        </Button>
        <Button
          size="lg"
          variant="default"
          data-testid="guided-save-json"
          leftSection={<IconFileCertificate size={20} aria-hidden />}
          loading={state.kind === 'running'}
          onClick={() => {
            void run(reportId, 'json');
          }}
        >
          {t('guided:report.saveJson')}
        </Button>
        <Button
          size="lg"
          variant="default"
          leftSection={<IconPrinter size={20} aria-hidden />}
          onClick={() => {
            window.print();
          }}
        >
          {t('guided:report.print')}
        </Button>
        <CopyCommand command={cli.exportReport(workspace, reportId, spokenLanguage())} />
      </div>
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
      <Sheet document={answer.value.document} />
    </>
  );
}

function Sheet({ document: report }: { document: ReportDocument }): ReactNode {
  const { vehicle, work, changes } = report;
  const at = new Date(report.createdAt.utc);
  const when = new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeStyle: 'short' });
  return (
    <article className="guided-card guided-sheet" data-testid="guided-report">
      <h2>{t(`guided:report.word.${report.result.word}`)}</h2>
      <dl className="guided-sheet-facts">
        <Fact name={t('guided:confirm.vehicle')} value={vehicle.vin} />
        <Fact name={t('guided:report.when')} value={when.format(at)} />
        <Fact name={t('guided:report.operator')} value={work.operator} />
        {work.order === null ? null : <Fact name={t('guided:vehicle.order')} value={work.order} />}
        <Fact name={t('guided:vehicle.purpose')} value={work.purpose} />
        {work.remarks === null ? null : (
          <Fact name={t('guided:report.remarks')} value={work.remarks} />
        )}
      </dl>
      <table className="guided-sheet-changes">
        <thead>
          <tr>
            <th scope="col">{t('guided:confirm.ecu')}</th>
            <th scope="col">{t('guided:report.before')}</th>
            <th scope="col">{t('guided:report.after')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ ecuId, name, before, after, changed }) => (
            <tr key={ecuId} data-changed={changed === true}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td className="mono">
                <bdi>{before?.version ?? t('guided:installed.noVersion')}</bdi>
              </td>
              <td className="mono">
                <bdi>{after?.version ?? t('guided:installed.noVersion')}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">
        {t('guided:report.signed', { reportId: report.reportId })}{' '}
        <span className="mono">{report.signedBy.kid}</span>
      </p>
    </article>
  );
}

function Fact(props: { name: string; value: string }): ReactNode {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>
        <bdi>{props.value}</bdi>
      </dd>
    </>
  );
}
