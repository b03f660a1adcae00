import type { ReactNode } from 'react';
import type { ReportDocument } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Hash } from '../../ui/copy.tsx';
import { Tag } from '../../ui/tag.tsx';
import { stageWords } from '../../ui/words.ts';
import { Facts, OfBench, Said, Table, Time } from './report-parts.tsx';
import { conditionValue, stateTones } from './words.ts';
import { told } from '../../ui/told/told.ts';

type Update = ReportDocument['updates'][number];

/** One update or rollback of the session, from its release to its end. */
export function UpdatePart(props: { update: Update }): ReactNode {
  const { update } = props;
  const what = update.ecuIds.join(', ');
  const title =
    update.kind === 'update'
      ? t('reports:part.update', { what })
      : t('reports:part.rollback', { what });
  return (
    <section className="panel report-part" aria-label={title}>
      <div className="panel-head">
        <h2>
          <Said text={title} />
        </h2>
        <span className="mono">
          <Said text={update.version} />
        </span>
        <span className="spring" />
        <span className="soft">{stageWords(update.stage)}</span>
      </div>
      <div className="panel-body">
        <Facts pairs={factsOf(update)} />
        <Conditions update={update} />
        <h3>{t('reports:part.timeline')}</h3>
        <Table
          name={t('reports:part.timeline')}
          head={[
            t('reports:label.time'),
            t('reports:label.step'),
            t('reports:label.by'),
            t('reports:label.signature'),
            t('reports:label.detail'),
          ]}
        >
          {update.steps.map((step, index) => (
            <tr key={index}>
              <td>
                <Time time={step.at} />
              </td>
              <td>{stageWords(step.stage)}</td>
              <td>{t(`reports:party.${step.by}`)}</td>
              <td title={step.kid ?? ''}>
                {t(`reports:mark.${step.signature}`)}
                {step.kid === null ? null : (
                  <div className="mono faint">{`${step.kid.slice(0, 8)}…`}</div>
                )}
              </td>
              <td>
                <OfBench text={step.detail} />
              </td>
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}

function factsOf(update: Update): (readonly [string, ReactNode])[] {
  const { compatibility, releases } = update;
  return [
    [t('reports:label.begun'), <Time key="at" time={update.startedAt} />],
    [t('reports:label.finished'), <Time key="end" time={update.endedAt} />],
    [t('reports:label.description'), <Said key="said" text={told(update.description) || '–'} />],
    [t('reports:label.compatibility'), t(`reports:compatibility.${compatibility.result}`)],
    ...releases.flatMap((release): (readonly [string, ReactNode])[] => [
      [
        t('reports:label.release'),
        <Said key="id" text={`${release.releaseId} · ${release.hardwareId}`} />,
      ],
      [t('reports:label.image'), <Hash key="image" sha256={release.firmware.sha256} />],
      [t('reports:label.manifest'), <Hash key="manifest" sha256={release.manifestSha256} />],
      [t('reports:label.author'), t(`reports:mark.${release.signature}`)],
    ]),
  ];
}

/** What was asked for and what was found, at the moments at which it counted. */
function Conditions(props: { update: Update }): ReactNode {
  const rows = props.update.moments
    .filter(({ moment }) => moment !== 'issued' && moment !== 'ended')
    .flatMap(({ moment, at, checked }) => checked.map((each) => ({ ...each, moment, at })));
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{t('reports:part.conditions')}</h3>
      <Table
        name={t('reports:part.conditions')}
        head={[
          t('reports:label.moment'),
          t('reports:label.condition'),
          t('reports:label.required'),
          t('reports:label.actual'),
          t('reports:label.result'),
        ]}
      >
        {rows.map(({ moment, at, ecuId, condition, required, actual, state }, index) => (
          <tr key={index}>
            <td>
              {t(`reports:moment.${moment}`)}
              <div className="faint">
                <Time time={at} />
              </div>
            </td>
            <td>
              {t(`reports:condition.${condition}`)}
              <div className="faint">
                <Said text={ecuId} />
              </div>
            </td>
            <td>{conditionValue(condition, required)}</td>
            <td>{conditionValue(condition, actual)}</td>
            <td>
              <Tag tone={stateTones[state]} plain>
                {t(`reports:state.${state}`)}
              </Tag>
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}
