import { useEffect, useRef, type ReactNode } from 'react';
import type { ScenarioRunView, ScenarioStepView } from '#core/contract';
import { clockTime, duration } from '../../ui/format.ts';
import { asSentence, told } from '../../ui/told/told.ts';
import { Tag } from '../../ui/tag.tsx';
import { stepWords } from './words.ts';

/** What is going to be done, and how far it is: titles alone until somebody runs it. */
export function Steps(props: {
  titles: readonly string[];
  run: ScenarioRunView | null;
  label: string;
  /** Keeps the step that is under way in sight; not where other things stand above the steps. */
  follow?: boolean;
}): ReactNode {
  const { run, label, follow = false } = props;
  const list = useRef<HTMLOListElement>(null);
  const at = run?.steps.findIndex(({ state }) => state === 'running' || state === 'failed') ?? -1;
  useEffect(() => {
    if (follow) list.current?.children.item(at)?.scrollIntoView({ block: 'nearest' });
  }, [at, follow]);
  return (
    <ol className="lab-steps" aria-label={label} ref={list}>
      {run === null
        ? props.titles.map((title, index) => (
            <li key={index} className="step" data-state="planned">
              <span className="step-number mono">{index + 1}</span>
              <span dir="auto">{told(title)}</span>
            </li>
          ))
        : run.steps.map((step) => <Step key={step.index} step={step} />)}
    </ol>
  );
}

function Step(props: { step: ScenarioStepView }): ReactNode {
  const { index, title, state, detail, code, at, ms } = props.step;
  // Ended by a person: nothing was found to be wrong.
  const shown = code === 'SCENARIO_STOPPED' ? 'skipped' : state;
  const { word, tone } = stepWords(shown);
  return (
    <li className="step" data-state={shown} data-testid="step">
      <span className="step-number mono">{index + 1}</span>
      <div className="step-text">
        <div dir="auto">{told(title)}</div>
        {detail === '' ? null : (
          <div className="faint lab-step-detail">
            {code === null ? null : <code className="step-code">{code}</code>} {asSentence(detail)}
          </div>
        )}
      </div>
      <span className="step-time faint mono" title={at === null ? undefined : clockTime(at)}>
        {ms === null ? '' : duration(ms)}
      </span>
      <Tag tone={tone} plain>
        {word}
      </Tag>
    </li>
  );
}
