import { IconShieldCheck, IconShieldQuestion, IconShieldX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ReportVerdict } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Hash } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';

/** Whether a report can be relied on; a key that nobody knows is never called good. */
export function VerdictBox(props: { verdict: ReportVerdict }): ReactNode {
  const { verdict, trust, failures, key } = props.verdict;
  const tone = verdict === 'trusted' ? 'ok' : verdict === 'unknown_key' ? 'warn' : 'bad';
  const Icon =
    verdict === 'trusted'
      ? IconShieldCheck
      : verdict === 'unknown_key'
        ? IconShieldQuestion
        : IconShieldX;
  return (
    <div
      className="report-verdict"
      data-tone={tone}
      role="status"
      data-testid="report-verdict"
      data-verdict={verdict}
    >
      <Icon size={22} stroke={1.7} aria-hidden />
      <div>
        <strong>{wordsOf(verdict, trust)}</strong>
        {verdict === 'unknown_key' ? (
          <div className="soft">{t('reports:verify.unknownKeyNext')}</div>
        ) : null}
        {failures.map((failure) => (
          <Refusal key={failure.code} refusal={failure} />
        ))}
        {key === null ? null : (
          <div className="report-keys">
            <span className="faint">{t('reports:verify.key')}</span>
            <Hash sha256={key.fingerprint} whole />
            {key.caFingerprint === null ? null : (
              <>
                <span className="faint">{t('reports:verify.ca')}</span>
                <Hash sha256={key.caFingerprint} whole />
              </>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

function wordsOf(verdict: ReportVerdict['verdict'], trust: ReportVerdict['trust']): string {
  if (verdict === 'refused') return t('reports:verify.refused');
  if (verdict === 'unknown_key') return t('reports:verify.unknownKey');
  return trust === 'own' ? t('reports:verify.trustedOwn') : t('reports:verify.trusted');
}
