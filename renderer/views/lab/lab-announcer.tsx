import { useEffect, useState, type ReactNode } from 'react';
import type { ScenarioRunView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { isUnderWay, tallyOf, useBatch } from '../../state/lab-batch.store.ts';
import { outcomeOf } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { outcomeWords, titleOf } from './words.ts';
import { told } from '../../ui/told/told.ts';

/** Every quarter of a long row of runs; each of them would never stop talking. */
const QUARTERS = 4;

/** Tells a screen reader which run began and how it ended, and how far many of them are. */
export function LabAnnouncer(): ReactNode {
  const [text, setText] = useState('');
  useEffect(() => {
    let before = useLab.getState().runs;
    let quarter = 0;
    return useLab.subscribe(({ runs }) => {
      if (runs === before) return;
      const changed = [...runs.values()].filter((run) => before.get(run.runId) !== run);
      const news = changed.filter((run) => before.get(run.runId)?.state !== run.state);
      before = runs;
      const { batch } = useBatch.getState();
      if (batch === null || !isUnderWay(batch)) {
        quarter = 0;
        const last = news.at(-1);
        if (last) setText(sentence(last));
        return;
      }
      const { total, done, passed, failed } = tallyOf(batch, runs);
      const reached = Math.floor((done * QUARTERS) / total);
      if (reached === quarter) return;
      quarter = reached;
      setText(t('lab:announcer.tally', { done, total, passed, failed }));
    });
  }, []);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="lab-announcer">
      {text}
    </div>
  );
}

function sentence(run: ScenarioRunView): string {
  const { word } = outcomeWords(outcomeOf(run).kind);
  const why = run.failure === null ? '' : ` ${run.failure.code}: ${told(run.failure.reason)}`;
  const by = run.stoppedBy.map(({ code, rule }) =>
    rule === null ? code : t('lab:announcer.rule', { code, rule }),
  );
  const stopped = by.length === 0 ? '' : ` ${t('lab:announcer.by', { by: by.join('; ') })}`;
  const title = titleOf(run, useLab.getState().scenarios);
  const what = run.counterfactual ? t('lab:announcer.without', { title }) : title;
  return `${what}: ${word}.${stopped}${why}`;
}
