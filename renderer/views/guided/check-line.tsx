import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconHelpCircle,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { GuidedCheck } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { measuredText, wantedText } from './check-words.ts';
import { Exact, plainReason } from './plain.tsx';

const shapes = {
  met: { icon: IconCircleCheckFilled, tone: 'ok' },
  unmet: { icon: IconAlertTriangleFilled, tone: 'bad' },
  unknown: { icon: IconHelpCircle, tone: 'quiet' },
} as const;

/** One point of the list: what it is, what is measured, what is wanted, and what to do. */
export function CheckLine(props: { check: GuidedCheck; children?: ReactNode }): ReactNode {
  const { check } = props;
  const { icon: Shape, tone } = shapes[check.state];
  const measured = measuredText(check);
  const wanted = wantedText(check);
  return (
    <li
      className="guided-check"
      data-tone={tone}
      data-state={check.state}
      data-testid={`guided-check-${check.check}`}
    >
      <Shape size={28} aria-hidden />
      <div className="guided-check-text">
        <span className="guided-check-name">{t(`guided:check.${check.check}`)}</span>
        <span className="guided-check-state">{t(`guided:checks.state.${check.state}`)}</span>
        {check.refusal === null ? null : (
          <div className="guided-check-todo">
            <p className="guided-strong">{todoText(check)}</p>
            <Exact refusal={check.refusal} />
          </div>
        )}
        {check.state === 'unknown' ? (
          <p className="guided-check-todo soft">{t('guided:checks.unknownSays')}</p>
        ) : null}
        {props.children}
      </div>
      <div className="guided-check-values">
        {measured === null ? null : <strong data-testid="guided-measured">{measured}</strong>}
        {wanted === null ? null : <span className="soft">{wanted}</span>}
      </div>
    </li>
  );
}

function todoText(check: GuidedCheck): string {
  if (check.check === 'ignition') {
    return check.wants === 'on'
      ? t('guided:checks.todo.ignitionOn')
      : t('guided:checks.todo.ignitionOff');
  }
  return check.refusal === null ? '' : plainReason(check.refusal);
}
