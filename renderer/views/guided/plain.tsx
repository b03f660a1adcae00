import { IconAlertOctagon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RefusalView } from '#core/contract';
import { t, textOrNull } from '../../i18n/index.ts';
import { asSentence, nextStep } from '../../ui/told/told.ts';

/** What a code means to somebody at a vehicle; the core's own words where nothing plainer is known. */
export function plainReason({ code, reason }: RefusalView): string {
  return (
    textOrNull(`guided:why.${code}`) ?? textOrNull(`codes:${code}.title`) ?? asSentence(reason)
  );
}

/** A refusal in big, plain words, with the exact ones small below it. */
export function PlainRefusal(props: { refusal: RefusalView; children?: ReactNode }): ReactNode {
  const { refusal } = props;
  const next = textOrNull(`codes:${refusal.code}.next`);
  return (
    <div
      className="guided-refusal"
      role="alert"
      data-testid="guided-refusal"
      data-code={refusal.code}
    >
      <IconAlertOctagon size={28} aria-hidden />
      <div>
        <p className="guided-strong">{plainReason(refusal)}</p>
        {next === null ? null : <p>{next}</p>}
        <Exact refusal={refusal} />
        {props.children}
      </div>
    </div>
  );
}

/** For the phone call with the engineer. */
export function Exact(props: { refusal: RefusalView }): ReactNode {
  const { code, reason } = props.refusal;
  return (
    <details className="guided-exact">
      <summary>{t('guided:theReason')}</summary>
      <p>
        <span className="mono">{code}</span> <bdi>{asSentence(reason)}</bdi>{' '}
        {nextStep(props.refusal)}
      </p>
    </details>
  );
}
