import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import type { ReportView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { loadOlder, loadReports, useReports } from '../../state/reports.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { dateTime } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import { Said } from './report-parts.tsx';
import { wordTones } from './words.ts';

/** A person stops typing for this long before it is looked for. */
const TYPING_MS = 200;

/** Reports by date; any of them opens beside the list. */
export function ReportList(props: { openId: string | null }): ReactNode {
  const { reports, next, total, search } = useReports();
  const connection = useConnection((store) => store.state);
  useEffect(() => {
    if (connection.kind !== 'up') return undefined;
    const timer = setTimeout(() => void loadReports(connection.client), TYPING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [connection, search]);
  return (
    <section className="panel report-list" aria-label={t('reports:listName')}>
      <div className="report-search">
        <TextInput
          aria-label={t('reports:find')}
          placeholder={t('reports:findHint')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          data-testid="report-search"
          onChange={(event) => {
            useReports.setState({ search: event.currentTarget.value });
          }}
        />
        <span className="faint" role="status">
          {t('reports:total', { count: total })}
        </span>
      </div>
      {reports?.length === 0 && search !== '' ? (
        <p className="report-none soft">{t('reports:none.found')}</p>
      ) : null}
      <ul>
        {(reports ?? []).map((report) => (
          <Item key={report.reportId} report={report} open={report.reportId === props.openId} />
        ))}
      </ul>
      {next === null ? null : (
        <Button
          variant="subtle"
          onClick={() => {
            if (connection.kind === 'up') void loadOlder(connection.client);
          }}
        >
          {t('reports:more')}
        </Button>
      )}
    </section>
  );
}

function Item(props: { report: ReportView; open: boolean }): ReactNode {
  const { reportId, vin, word, createdAt, operator, versions, purpose } = props.report;
  return (
    <li data-testid="report-row" data-id={reportId}>
      <button
        type="button"
        className="report-item"
        aria-current={props.open ? 'true' : undefined}
        onClick={() => {
          showScreen('reports', reportId);
        }}
      >
        <span className="row">
          <span className="mono report-vin clip">{vin}</span>
          <span className="spring" />
          <Tag tone={wordTones[word]} plain>
            {t(`reports:word.${word}`)}
          </Tag>
        </span>
        <span className="clip">
          <Said text={[...versions, purpose].join(' · ')} />
        </span>
        <span className="faint clip">
          {dateTime(createdAt)} · <Said text={operator} />
        </span>
      </button>
    </li>
  );
}
