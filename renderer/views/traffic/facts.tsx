import type { ReactNode } from 'react';
import type { TrafficDetail } from '#core/contract';
import { Copy, Hash } from '../../ui/copy.tsx';
import { clockTime, count, day } from '../../ui/format.ts';
import { shownLine } from '../../ui/safe-text.ts';

/** What is known about a message beside its payload. */
export function Facts(props: { detail: TrafficDetail }): ReactNode {
  const { row, sha256, intact, detail, properties } = props.detail;
  const way = row.direction === 'in' ? ', received' : row.direction === 'out' ? ', sent' : '';
  return (
    <dl className="facts">
      {row.topic === '' ? null : (
        <>
          <dt>Topic</dt>
          <dd className="mono">
            <bdi>{shownLine(row.topic)}</bdi> <Copy text={row.topic} what="topic" />
          </dd>
        </>
      )}
      <dt>From</dt>
      <dd className="mono">
        <bdi>{row.clientId === null ? 'unknown' : shownLine(row.clientId)}</bdi>
      </dd>
      <dt>Told by</dt>
      <dd>
        <bdi>{shownLine(row.source)}</bdi>
        {way}
      </dd>
      <dt>Time</dt>
      <dd>
        {day(row.at)} {clockTime(row.at)}
      </dd>
      {row.kind === 'publish' ? (
        <>
          <dt>Delivery</dt>
          <dd>
            QoS {row.qos}
            {row.retain ? ' · retained' : ''}
            {row.dup ? ' · duplicate flag' : ''} · {count(row.size)} bytes
          </dd>
          <dt>SHA-256</dt>
          <dd>
            <Hash sha256={sha256} />
            {intact ? null : <strong> The stored bytes are not those captured.</strong>}
          </dd>
        </>
      ) : null}
      {detail === null ? null : (
        <>
          <dt>What happened</dt>
          <dd>
            <bdi>{shownLine(detail)}</bdi>
            {row.code === null ? null : <span className="mono"> {row.code}</span>}
            {row.aclLine === null ? null : ` · access list, line ${String(row.aclLine)}`}
          </dd>
        </>
      )}
      {properties === null ? null : <Properties properties={properties} />}
    </dl>
  );
}

const names = {
  payloadFormat: 'Payload format',
  expirySeconds: 'Expires after, s',
  contentType: 'Content type',
  responseTopic: 'Response topic',
  correlationBase64: 'Correlation, base64',
} as const;

function Properties(props: { properties: NonNullable<TrafficDetail['properties']> }): ReactNode {
  const { user = [], ...rest } = props.properties;
  const entries = [
    ...Object.entries(names).flatMap(([key, name]) => {
      const value = rest[key as keyof typeof names];
      return value === undefined ? [] : [[name, String(value)] as const];
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
