import type { ReactNode } from 'react';
import type { BenchView, RoleName } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Copy } from '../../ui/copy.tsx';

/** Where a role can be reached by other programs on this machine. */
export function Endpoints(props: { bench: BenchView; role: RoleName }): ReactNode {
  const endpoints = props.bench.endpoints.filter((endpoint) => endpoint.role === props.role);
  if (endpoints.length === 0) return null;
  return (
    <ul
      className="endpoints"
      aria-label={t('bench:endpoints', { role: t(`bench:pipeline.${props.role}`) })}
    >
      {endpoints.map((endpoint) => (
        <li key={endpoint.url} title={`${endpoint.label}: ${endpoint.url}`}>
          <span className="mono clip">{endpoint.url}</span>
          <Copy text={endpoint.url} what={endpoint.label} />
        </li>
      ))}
    </ul>
  );
}
