import type { ReactNode } from 'react';
import type { SchemaVerdict, SignatureVerdict, TrafficDetail } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { shownLine } from '../../ui/safe-text.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';

/** Whether it is signed and by whom, and whether it is what its topic promises. */
export function Verdicts(props: { detail: TrafficDetail }): ReactNode {
  const { signature, manifest, schema } = props.detail;
  if (signature.kind === 'none' && manifest.kind === 'none' && schema.kind === 'none') return null;
  const refusals = [signature, manifest, schema].flatMap((verdict) =>
    'refusal' in verdict ? [verdict.refusal] : [],
  );
  return (
    <>
      <div className="row detail-verdicts" data-testid="traffic-verdicts">
        <Signature verdict={signature} of="message" />
        <Signature verdict={manifest} of="manifest" />
        <Schema verdict={schema} />
      </div>
      {refusals.map((refusal, index) => (
        <Refusal key={index} refusal={refusal} />
      ))}
    </>
  );
}

function Signature(props: { verdict: SignatureVerdict; of: 'message' | 'manifest' }): ReactNode {
  const { verdict, of } = props;
  switch (verdict.kind) {
    case 'none':
      return null;
    case 'valid':
      return (
        <Tag tone="ok" title={t('traffic:verdict.key', { alg: verdict.alg, kid: verdict.kid })}>
          {t(`traffic:verdict.signed.${of}`, { by: shownLine(verdict.by) })}
        </Tag>
      );
    case 'unsigned':
      return <Tag tone="warn">{t(`traffic:verdict.unsigned.${of}`)}</Tag>;
    case 'invalid':
      return <Tag tone="bad">{t(`traffic:verdict.invalid.${of}`)}</Tag>;
  }
}

function Schema(props: { verdict: SchemaVerdict }): ReactNode {
  const { verdict } = props;
  if (verdict.kind === 'none') return null;
  return verdict.kind === 'fits' ? (
    <Tag tone="ok">{t('traffic:verdict.proper', { message: verdict.message })}</Tag>
  ) : (
    <Tag tone="bad">{t('traffic:verdict.improper', { message: verdict.message })}</Tag>
  );
}
