import type { ReactNode } from 'react';
import type { ReportDocument, ReportTime } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { dateTime } from '../../ui/format.ts';
import { Hash } from '../../ui/copy.tsx';
import { Tag } from '../../ui/tag.tsx';
import { told, toldOrNull } from '../../ui/told/told.ts';
import { exactTime, momentOf } from './words.ts';

/** Names on the left, what they are on the right. */
export function Facts(props: { pairs: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <dl className="report-facts">
      {props.pairs.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Somebody's own words: their direction of writing stays theirs. */
export function Said(props: { text: string }): ReactNode {
  return <bdi>{props.text}</bdi>;
}

export function Time(props: { time: ReportTime | null }): ReactNode {
  const { time } = props;
  if (time === null) return '–';
  return (
    <time dateTime={time.utc} title={exactTime(time)}>
      {dateTime(momentOf(time))}
    </time>
  );
}

/** A sentence of the bench: signed in English, shown in German where it is known. */
export function OfBench(props: { text: string }): ReactNode {
  const { text } = props;
  const german = toldOrNull(text);
  return german === null ? <bdi lang="en">{text}</bdi> : <bdi title={text}>{german}</bdi>;
}

/** A table that may be wider than its place, and then is scrolled by keyboard as well. */
export function Table(props: {
  name: string;
  head: readonly string[];
  children: ReactNode;
}): ReactNode {
  return (
    <div className="report-table" role="group" aria-label={props.name} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {props.head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

type Change = ReportDocument['changes'][number];

/** What each ECU ran before and after, and how anybody knows. */
export function Changes(props: { changes: readonly Change[] }): ReactNode {
  return (
    <Table
      name={t('reports:part.ecus')}
      head={[
        t('reports:label.ecu'),
        t('reports:label.before'),
        t('reports:label.after'),
        t('reports:label.changed'),
      ]}
    >
      {props.changes.map((change) => (
        <tr key={change.ecuId} data-testid="report-change" data-changed={String(change.changed)}>
          <th scope="row">
            <Said text={change.ecuId} />
            <div className="faint">
              <Said text={told(change.name)} />
            </div>
          </th>
          <td>
            <Bank bank={change.before} basis={change.beforeBasis} />
          </td>
          <td>
            <Bank bank={change.after} basis={change.afterBasis} />
          </td>
          <td>
            {change.changed === null ? (
              t('reports:state.unknown')
            ) : change.changed ? (
              <strong>{t('reports:value.yes')}</strong>
            ) : (
              <span className="faint">{t('reports:value.no')}</span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Bank(props: { bank: Change['before']; basis: Change['beforeBasis'] }): ReactNode {
  const { bank, basis } = props;
  if (bank === null) return '–';
  return (
    <>
      <div>
        <strong className="mono">
          <Said text={bank.version ?? '–'} />
        </strong>{' '}
        <span className="faint">{bank.bank}</span>
      </div>
      {bank.sha256 === null ? null : <Hash sha256={bank.sha256} />}
      {basis === null ? null : (
        <div>
          <Tag
            tone={basis === 'measured' ? 'ok' : 'quiet'}
            plain
            title={t(`reports:basisSays.${basis}`)}
          >
            {t(`reports:basis.${basis}`)}
          </Tag>
        </div>
      )}
    </>
  );
}
