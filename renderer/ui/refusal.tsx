import { CloseButton } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RefusalView } from '#core/contract';
import { t } from '../i18n/index.ts';
import { asSentence } from './format.ts';

/** What was refused, always in three parts: code, reason, what to do next. */
export function Refusal(props: {
  refusal: RefusalView;
  onClose?: () => void;
  children?: ReactNode;
}): ReactNode {
  const { code, reason, next } = props.refusal;
  return (
    <div className="refusal" role="alert" data-testid="refusal" data-code={code}>
      <IconAlertOctagon size={18} aria-hidden />
      <div>
        <span className="refusal-code mono">{code}</span> <span>{asSentence(reason)}</span>
        <div className="refusal-next">{asSentence(next)}</div>
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
