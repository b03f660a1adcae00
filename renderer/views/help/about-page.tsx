import type { ReactNode } from 'react';
import { locale, spokenLanguage, t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { Copy } from '../../ui/copy.tsx';

/** Which OTA Bench this is: what somebody who is asked for help wants to know first. */
export function About(): ReactNode {
  const bench = useBench((store) => store.bench);
  if (bench === null) return null;
  const facts: readonly (readonly [string, string])[] = [
    [t('help:about.version'), bench.version],
    [t('help:about.host'), t(`help:about.${bench.host}`)],
    [t('help:about.window'), engine()],
    [t('help:about.system'), navigator.platform],
    [t('help:about.language'), `${spokenLanguage()} (${locale()})`],
    [t('help:about.keys'), t(`help:about.${bench.vault}`)],
    [t('help:about.workspace'), bench.workspace],
  ];
  return (
    <>
      <h1>{t('help:about.title')}</h1>
      <p>{t('help:about.says')}</p>
      <dl className="facts" data-testid="about">
        {facts.map(([name, value]) => (
          <div key={name} className="help-fact">
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        <Copy
          text={facts.map(([name, value]) => `${name}: ${value}`).join('\n')}
          what={t('help:about.all')}
        />{' '}
        {t('help:about.copy')}
      </p>
      <p className="soft">{t('help:about.licence')}</p>
    </>
  );
}

/** `Chrome/146.0.0.0`, `Electron/42.1.0`: the products that the browser names, but for old pretences. */
function engine(): string {
  const named = navigator.userAgent.match(/\b(Electron|Chrome|Firefox|Version)\/[\d.]+/g);
  return named?.join(' ') ?? navigator.userAgent;
}
