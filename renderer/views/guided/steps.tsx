import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { guidedSteps, type GuidedStep } from '../../state/guided-steps.ts';

/** Where one is on the way; not a way to jump, so that no step is left out. */
export function Steps(props: { step: GuidedStep }): ReactNode {
  const at = guidedSteps.indexOf(props.step);
  return (
    <ol className="guided-steps" aria-label={t('guided:stepsLabel')}>
      {guidedSteps.map((step, index) => (
        <li
          key={step}
          data-state={index < at ? 'done' : index === at ? 'now' : 'todo'}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className="guided-dot" aria-hidden>
            {index < at ? <IconCheck size={14} stroke={3} /> : index + 1}
          </span>
          <span className="guided-step-name">{t(`guided:step.${step}`)}</span>
          {index < at ? <span className="visually-hidden">{t('guided:stepDone')}</span> : null}
        </li>
      ))}
    </ol>
  );
}
