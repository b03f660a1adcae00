import type { ReactNode } from 'react';
import type { TrafficDetail } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Copy, Hash } from '../../ui/copy.tsx';
import { clockTime, count, day } from '../../ui/format.ts';
import { shownLine } from '../../ui/safe-text.ts';

/** What is known about a message beside its payload. */
export function Facts(props: { detail: TrafficDetail }): ReactNode {
  const { row, sha256, intact, detail, properties } = props.detail;
  const way =
    row.direction === 'in'
      ? t('traffic:facts.received')
      : row.direction === 'out'
        ? t('traffic:facts.sent')
        : '';
  return (
    <dl className="facts">
      {row.topic === '' ? null : (
        <>
          <dt>{t('traffic:facts.topic')}</dt>
          <dd className="mono">
            <bdi>{shownLine(row.topic)}</bdi>{' '}
            <Copy text={row.topic} what={t('traffic:facts.copyTopic')} />
          </dd>
        </>
      )}
      <dt>{t('traffic:facts.from')}</dt>
      <dd className="mono">
        <bdi>{row.clientId === null ? t('traffic:facts.unknown') : shownLine(row.clientId)}</bdi>
      </dd>
      <dt>{t('traffic:facts.toldBy')}</dt>
      <dd>
        <bdi>{shownLine(row.source)}</bdi>
        {way}
      </dd>
      <dt>{t('traffic:facts.time')}</dt>
      <dd>
        {day(row.at)} {clockTime(row.at)}
      </dd>
      {row.kind === 'publish' ? (
        <>
          <dt>{t('traffic:facts.delivery')}</dt>
          <dd>
            {[
              `QoS ${String(row.qos)}`,
              ...(row.retain ? [t('traffic:facts.retained')] : []),
              ...(row.dup ? [t('traffic:facts.dup')] : []),
              t('traffic:facts.bytes', { number: count(row.size) }),
            ].join(' · ')}
          </dd>
          <dt>{HASH}</dt>
          <dd>
            <Hash sha256={sha256} />
            {intact ? null : <strong> {t('traffic:facts.notIntact')}</strong>}
          </dd>
        </>
      ) : null}
      {detail === null ? null : (
        <>
          <dt>{t('traffic:facts.what')}</dt>
          <dd>
            <bdi>{shownLine(detail)}</bdi>
            {row.code === null ? null : <span className="mono"> {row.code}</span>}
            {row.aclLine === null ? null : ` · ${t('traffic:facts.acl', { line: row.aclLine })}`}
          </dd>
        </>
      )}
      {properties === null ? null : <Properties properties={properties} />}
    </dl>
  );
}

const HASH = 'SHA-256';

const NAMES = [
  'payloadFormat',
  'expirySeconds',
  'contentType',
  'responseTopic',
  'correlationBase64',
] as const;

function Properties(props: { properties: NonNullable<TrafficDetail['properties']> }): ReactNode {
  const { user = [], ...rest } = props.properties;
  const entries = [
    ...NAMES.flatMap((key) => {
      const value = rest[key];
      return value === undefined
        ? []
        : [[t(`traffic:facts.property.${key}`), String(value)] as const];
    }),
    ...user.map(([name, value]) => [shownLine(name), value] as const),
  ];
  return entries.map(([name, value], index) => (
    <div key={index} className="facts-pair">
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd className="mono">
        <bdi>{shownLine(value)}</bdi>
      </dd>
    </div>
  ));
}
