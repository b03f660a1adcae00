import type { ReactNode } from 'react';
import type { SchemaVerdict, SignatureVerdict, TrafficDetail } from '#core/contract';
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
        <Signature verdict={signature} of="Message" />
        <Signature verdict={manifest} of="Manifest" />
        <Schema verdict={schema} />
      </div>
      {refusals.map((refusal, index) => (
        <Refusal key={index} refusal={refusal} />
      ))}
    </>
  );
}

function Signature(props: { verdict: SignatureVerdict; of: string }): ReactNode {
  const { verdict, of } = props;
  switch (verdict.kind) {
    case 'none':
      return null;
    case 'valid':
      return (
        <Tag tone="ok" title={`${verdict.alg}, key ${verdict.kid}`}>
          {of} signed by {shownLine(verdict.by)}
        </Tag>
      );
    case 'unsigned':
      return <Tag tone="warn">{of} unsigned</Tag>;
    case 'invalid':
      return <Tag tone="bad">{of} signature invalid</Tag>;
  }
}

function Schema(props: { verdict: SchemaVerdict }): ReactNode {
  const { verdict } = props;
  if (verdict.kind === 'none') return null;
  return verdict.kind === 'fits' ? (
    <Tag tone="ok">A proper {verdict.message}</Tag>
  ) : (
    <Tag tone="bad">No proper {verdict.message}</Tag>
  );
}
