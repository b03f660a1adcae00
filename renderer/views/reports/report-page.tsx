import type { ReactNode } from 'react';
import type { ReportDocument } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Tag } from '../../ui/tag.tsx';
import { nextStep } from '../../ui/told/told.ts';
import { Changes, Facts, OfBench, Said, Table, Time } from './report-parts.tsx';
import { Rollbacks } from './rollbacks.tsx';
import { UpdatePart } from './update-part.tsx';
import { wordTones } from './words.ts';

/** A report as one page to read: what came of it first, then how anybody knows. */
export function ReportPage(props: { document: ReportDocument; children?: ReactNode }): ReactNode {
  const { document } = props;
  const { word } = document.result;
  return (
    <article className="report-page" data-testid="report-page" data-word={word}>
      <header className="report-result" data-tone={wordTones[word]}>
        <Tag tone={wordTones[word]}>{t(`reports:word.${word}`)}</Tag>
        <h2>
          <span className="mono">{document.vehicle.vin}</span> {t(`reports:sentence.${word}`)}
        </h2>
        <span className="soft">
          <Time time={document.createdAt} />
        </span>
      </header>
      {props.children}
      <section className="panel report-part" aria-label={t('reports:part.work')}>
        <div className="panel-head">
          <h2>{t('reports:part.work')}</h2>
        </div>
        <div className="panel-body">
          <Facts pairs={workOf(document)} />
        </div>
      </section>
      <section className="panel report-part" aria-label={t('reports:part.ecus')}>
        <div className="panel-head">
          <h2>{t('reports:part.ecus')}</h2>
        </div>
        <div className="panel-body">
          <Changes changes={document.changes} />
        </div>
      </section>
      <Refusals refusals={document.refusals} />
      {document.updates.map((update) => (
        <UpdatePart key={update.updateId} update={update} />
      ))}
      <Rollbacks rollbacks={document.rollbacks} />
      <SessionPart document={document} />
    </article>
  );
}

function workOf({ vehicle, work }: ReportDocument): (readonly [string, ReactNode])[] {
  return [
    [t('reports:label.vin'), <Said key="vin" text={vehicle.vin} />],
    [t('reports:label.operator'), <Said key="operator" text={work.operator} />],
    [t('reports:label.order'), <Said key="order" text={work.order ?? '–'} />],
    [t('reports:label.purpose'), <Said key="purpose" text={work.purpose} />],
    [t('reports:label.rxswin'), <Said key="rxswin" text={vehicle.rxswin ?? '–'} />],
    [t('reports:label.remarks'), <Said key="remarks" text={work.remarks ?? '–'} />],
  ];
}

function Refusals(props: { refusals: ReportDocument['refusals'] }): ReactNode {
  if (props.refusals.length === 0) return null;
  return (
    <section className="panel report-part" aria-label={t('reports:part.refusals')}>
      <div className="panel-head">
        <h2>{t('reports:part.refusals')}</h2>
      </div>
      <div className="panel-body">
        <Table
          name={t('reports:part.refusals')}
          head={[t('reports:label.time'), t('reports:label.by'), t('reports:label.reason')]}
        >
          {props.refusals.map((refusal, index) => (
            <tr key={index} data-testid="report-refusal" data-code={refusal.code}>
              <td>
                <Time time={refusal.at} />
              </td>
              <td>{t(`reports:party.${refusal.by}`)}</td>
              <td>
                <span className="mono">{refusal.code}</span> <OfBench text={refusal.reason} />
                <div className="soft">{nextStep(refusal)}</div>
              </td>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}

function SessionPart(props: { document: ReportDocument }): ReactNode {
  const { session, tool, reportId } = props.document;
  return (
    <section className="panel report-part" aria-label={t('reports:part.session')}>
      <div className="panel-head">
        <h2>{t('reports:part.session')}</h2>
      </div>
      <div className="panel-body">
        <Facts
          pairs={[
            [t('reports:label.begun'), <Time key="begun" time={session.begunAt} />],
            [t('reports:label.finished'), <Time key="finished" time={session.finishedAt} />],
            [t('reports:label.tool'), <Said key="tool" text={`${tool.name} ${tool.version}`} />],
            [t('reports:label.system'), <Said key="os" text={`${tool.os}, ${tool.timeZone}`} />],
            [
              t('reports:label.bench'),
              <span key="bench" className="mono">
                {tool.benchId}
              </span>,
            ],
            [
              t('reports:label.reportId'),
              <span key="id" className="mono">
                {reportId}
              </span>,
            ],
          ]}
        />
        <h3>{t('reports:label.events')}</h3>
        {session.events.length === 0 ? (
          <p className="faint">{t('reports:noEvents')}</p>
        ) : (
          <Table
            name={t('reports:label.events')}
            head={[t('reports:label.time'), t('reports:label.step'), t('reports:label.detail')]}
          >
            {session.events.map((event, index) => (
              <tr key={index}>
                <td>
                  <Time time={event.at} />
                </td>
                <td>{t(`reports:event.${event.kind}`)}</td>
                <td>
                  <OfBench text={event.detail} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </div>
    </section>
  );
}
