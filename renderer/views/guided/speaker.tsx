import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import type { Situation } from '../../state/guided-steps.ts';

/** Every percent would never stop talking. */
const STEP_PERCENT = 10;

/** Says to a screen reader each phase, every tenth of the way, and whatever gets in the way. */
export function Speaker(props: {
  phase: string;
  percent: number;
  situation: Situation['kind'];
}): ReactNode {
  const { phase, percent, situation } = props;
  const [text, setText] = useState('');
  const told = useRef('');
  const tenth = Math.floor(percent / STEP_PERCENT) * STEP_PERCENT;
  const key = `${phase} ${String(tenth)} ${situation}`;
  useEffect(() => {
    if (told.current === key) return;
    told.current = key;
    const spoken = t('guided:progress.spoken', { phase, percent: tenth });
    setText(
      situation === 'going' ? spoken : `${t(`guided:situation.${situation}.title`)}. ${spoken}`,
    );
  }, [key, phase, situation, tenth]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="guided-speaker">
      {text}
    </div>
  );
}
