import { useEffect, useRef, useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { whatOf } from '../../state/path.ts';
import { shownUpdate, useUpdates } from '../../state/updates.store.ts';
import { percent } from '../../ui/format.ts';
import { told as said } from '../../ui/told/told.ts';
import { stageWords } from '../../ui/words.ts';

/** Every quarter is enough to hear; every percent would never stop talking. */
const STEP_PERCENT = 25;

/** Tells a screen reader how the shown update goes on: each stage, and every quarter. */
export function Announcer(): ReactNode {
  const update = useUpdates(shownUpdate);
  const [text, setText] = useState('');
  const told = useRef('');
  const quarter = update ? Math.floor(update.progress / STEP_PERCENT) * STEP_PERCENT : 0;
  const key = update ? `${update.updateId} ${update.stage} ${quarter.toString()}` : '';
  useEffect(() => {
    if (update === null || told.current === key) return;
    const first = told.current === '';
    told.current = key;
    // What was there when the page opened is not news.
    if (first) return;
    const reason = update.refusal ? ` ${update.refusal.code}: ${said(update.refusal.reason)}` : '';
    setText(
      t('shell:announce', {
        version: update.version,
        what: whatOf(update),
        stage: stageWords(update.stage),
        percent: percent(quarter),
        reason,
      }),
    );
  }, [key, quarter, update]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {text}
    </div>
  );
}
