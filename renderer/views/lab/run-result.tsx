import type { ReactNode } from 'react';
import type { ScenarioRunView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { isOver, outcomeOf } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { Hash } from '../../ui/copy.tsx';
import { clockTime, duration } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { outcomeWords, titleOf } from './words.ts';

/** How a run stands or ended, in one line, and why where it failed. */
export function RunResult(props: { run: ScenarioRunView }): ReactNode {
  const { run } = props;
  const outcome = outcomeOf(run);
  const { word, tone } = outcomeWords(outcome.kind);
  const title = useLab((store) => titleOf(run, store.scenarios));
  const done = run.steps.filter(({ state }) => state === 'passed').length;
  const total = run.steps.length;
  const over = isOver(run);
  const steps = t('lab:result.steps', { done, total });
  return (
    <div className="run-result" data-testid="run-result" data-outcome={outcome.kind}>
      <div className="run-line" data-tone={tone}>
        <Tag tone={tone}>{word}</Tag>
        <span>
          {run.endedAt === null
            ? steps
            : t('lab:result.took', { steps, duration: duration(run.endedAt - run.startedAt) })}
        </span>
        <span className="faint">
          {t('lab:result.seedAt', { seed: run.seed, time: clockTime(run.startedAt).slice(0, 8) })}
        </span>
        <span className="spring" />
        {/* Of a run that was cut short it depends on when. */}
        {run.digest === null || outcome.kind === 'cancelled' ? null : (
          <span className="row" title={t('lab:result.digestSays')}>
            <span className="faint">{t('lab:result.digest')}</span> <Hash sha256={run.digest} />
          </span>
        )}
      </div>
      <div
        className="bar"
        data-tone={tone}
        role="progressbar"
        aria-label={t('lab:detail.stepsOf', { title })}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={`${steps}${over ? `: ${word}` : ''}`}
      >
        <div style={{ width: `${((done / Math.max(1, total)) * 100).toString()}%` }} />
      </div>
      {run.failure !== null && outcome.kind !== 'harmed' && outcome.kind !== 'cancelled' ? (
        <Refusal refusal={run.failure} />
      ) : null}
    </div>
  );
}
