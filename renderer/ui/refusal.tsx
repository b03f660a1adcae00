import { CloseButton } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RefusalView } from '#core/contract';
import { t, textOrNull } from '../i18n/index.ts';
import { asSentence, nextStep } from './told/told.ts';

/** What was refused: its code and what that means, the reason with its values, what to do next. */
export function Refusal(props: {
  refusal: RefusalView;
  onClose?: () => void;
  children?: ReactNode;
}): ReactNode {
  const { code, reason } = props.refusal;
  const title = textOrNull(`codes:${code}.title`);
  const why = textOrNull(`codes:${code}.why`);
  return (
    <div className="refusal" role="alert" data-testid="refusal" data-code={code}>
      <IconAlertOctagon size={18} aria-hidden />
      <div>
        <span className="refusal-code mono">{code}</span>{' '}
        {title === null ? null : <strong className="refusal-title">{asSentence(title)}</strong>}{' '}
        <span className="refusal-reason">{asSentence(reason)}</span>
        <div className="refusal-next">{nextStep(props.refusal)}</div>
        {why === null ? null : (
          <details className="refusal-more">
            <summary>{t('ui:refusal.more')}</summary>
            {why} <a href={`#/help/${code}`}>{t('ui:refusal.page')}</a>
          </details>
        )}
        {props.children}
      </div>
      {props.onClose ? (
        <CloseButton size="sm" aria-label={t('ui:dismiss')} onClick={props.onClose} />
      ) : (
        <span />
      )}
    </div>
  );
}
