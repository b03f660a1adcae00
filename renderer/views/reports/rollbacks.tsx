import type { ReactNode } from 'react';
import type { ReportDocument } from '#core/contract';
import { t, textOrNull } from '../../i18n/index.ts';
import { Hash } from '../../ui/copy.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Facts, OfBench, Said, Time } from './report-parts.tsx';
import { told } from '../../ui/told/told.ts';

type Rollback = ReportDocument['rollbacks'][number];

/** The verdict of each rollback, with what the vehicle measured for it. */
export function Rollbacks(props: { rollbacks: readonly Rollback[] }): ReactNode {
  if (props.rollbacks.length === 0) return null;
  return (
    <section className="panel report-part" aria-label={t('reports:part.rollbacks')}>
      <div className="panel-head">
        <h2>{t('reports:part.rollbacks')}</h2>
      </div>
      {props.rollbacks.map((rollback) => (
        <div key={rollback.verdictId} className="panel-body">
          <Facts
            pairs={[
              [t('reports:label.ecu'), <Said key="ecu" text={rollback.ecuId} />],
              [
                t('reports:label.result'),
                <span key="result">
                  {t(`reports:outcome.${rollback.outcome}`)}{' '}
                  <span className="mono">{rollback.reason.code}</span>
                </span>,
              ],
              [
                t('reports:label.origin'),
                textOrNull(`vehicles:verdict.origin.${rollback.origin}`) ?? rollback.origin,
              ],
              [t('reports:label.askedBy'), <Said key="by" text={told(rollback.askedBy)} />],
              [t('reports:label.begun'), <Time key="begun" time={rollback.requestedAt} />],
              [t('reports:label.finished'), <Time key="end" time={rollback.endedAt} />],
              [t('reports:label.before'), <Held key="before" evidence={rollback.before} />],
              [t('reports:label.after'), <Held key="after" evidence={rollback.after} />],
            ]}
          />
          <h3>{t('reports:label.checks')}</h3>
          <ul className="report-checks">
            {rollback.checks.map((check, index) => (
              <li key={index}>
                <Tag tone={check.passed ? 'ok' : 'bad'} plain>
                  {textOrNull(`vehicles:verdict.check.${check.check}`) ?? check.check}
                </Tag>{' '}
                <OfBench text={check.detail} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Held(props: { evidence: Rollback['before'] }): ReactNode {
  const { evidence } = props;
  if (evidence === null) return '–';
  return evidence.banks.map((bank) => (
    <div key={bank.bank} className="row">
      <strong>{bank.bank}</strong>
      <span className="mono">
        <Said text={bank.version ?? '–'} />
      </span>
      {bank.sha256 === null ? null : <Hash sha256={bank.sha256} />}
    </div>
  ));
}
