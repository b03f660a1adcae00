import { Button } from '@mantine/core';
import { IconBan, IconDownload, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { inDays } from '../../state/calendar.ts';
import { openDialog } from '../../state/trust-dialog.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { dateTime } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import { certificateWords, kindWords } from './words.ts';

const ICON = { size: 15, 'aria-hidden': true } as const;

export function CertificateDetails(props: {
  certificate: CertificateView;
  all: readonly CertificateView[];
  now: number;
}): ReactNode {
  const { certificate, now } = props;
  const { fingerprint } = certificate;
  const { word, tone } = certificateWords(certificate.state);
  const chain = chainOf(certificate, props.all);
  return (
    <section
      className="panel certificate"
      aria-label={t('trust:details.label', { cn: certificate.cn })}
      data-testid="certificate-details"
    >
      <div className="panel-head">
        <h2 className="clip">{certificate.cn}</h2>
        <Tag tone={tone}>{word}</Tag>
      </div>
      <div className="panel-body">
        <dl className="facts">
          <dt>{t('trust:details.kind')}</dt>
          <dd>{kindWords(certificate.kind)}</dd>
          <dt>{t('trust:details.subject')}</dt>
          <dd className="mono">{certificate.subject}</dd>
          <dt>{t('trust:details.issuer')}</dt>
          <dd className="mono">{certificate.issuer}</dd>
          <dt>{t('trust:details.chain')}</dt>
          <dd>{chain}</dd>
          <dt>{t('trust:details.valid')}</dt>
          <dd>
            {t('trust:details.fromTo', {
              from: dateTime(certificate.notBefore),
              to: dateTime(certificate.notAfter),
            })}{' '}
            <span className="faint">({inDays(certificate.notAfter, now)})</span>
          </dd>
          <dt>{t('trust:details.names')}</dt>
          <dd className="mono">
            {certificate.altNames.length === 0
              ? t('trust:details.none')
              : certificate.altNames.join(', ')}
          </dd>
          <dt>{t('trust:details.usages')}</dt>
          <dd>
            {certificate.usages.length === 0
              ? t('trust:details.none')
              : certificate.usages.join(', ')}
          </dd>
          <dt>{t('trust:details.key')}</dt>
          <dd>
            {certificate.keyType}, {certificate.signatureAlgorithm}
            <div className="faint">
              {certificate.hasKey ? t('trust:details.hasKey') : t('trust:details.noKey')}
            </div>
          </dd>
          <dt>{t('trust:details.serial')}</dt>
          <dd className="mono">{certificate.serial}</dd>
          <dt>{t('trust:details.sha256')}</dt>
          <dd className="row">
            <span className="mono fingerprint">{fingerprint}</span>
            <Copy text={fingerprint} what={t('trust:details.fingerprint')} />
          </dd>
        </dl>
      </div>
      <div className="row certificate-actions">
        <Button
          variant="default"
          leftSection={<IconDownload {...ICON} />}
          data-testid="certificate-export"
          onClick={() => {
            openDialog({ kind: 'export', fingerprint });
          }}
        >
          {t('trust:details.export')}
        </Button>
        {certificate.kind === 'ca' ? null : (
          <>
            <Button
              variant="default"
              leftSection={<IconRefresh {...ICON} />}
              data-testid="certificate-renew"
              disabled={certificate.state === 'revoked'}
              onClick={() => {
                openDialog({ kind: 'renew', fingerprint });
              }}
            >
              {t('trust:details.renew')}
            </Button>
            <span className="spring" />
            <Button
              variant="default"
              className="danger"
              leftSection={<IconBan {...ICON} />}
              data-testid="certificate-revoke"
              disabled={certificate.state === 'revoked'}
              onClick={() => {
                openDialog({ kind: 'revoke', fingerprint });
              }}
            >
              {t('trust:details.revoke')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

/** From the certificate up to who vouches for it, as far as the bench knows them. */
function chainOf(certificate: CertificateView, all: readonly CertificateView[]): string {
  if (certificate.subject === certificate.issuer) return t('trust:details.bySelf');
  const issuer = all.find(
    (each) => each.kind === 'ca' && each.subject === certificate.issuer && each !== certificate,
  );
  return issuer
    ? `${certificate.cn} → ${issuer.cn}`
    : `${certificate.cn} → ${certificate.issuer} (${t('trust:details.unknown')})`;
}
