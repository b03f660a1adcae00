import type { ReactNode } from 'react';
import type { ScenarioProblem } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { asSentence } from '../../ui/told/told.ts';
import { Tag } from '../../ui/tag.tsx';
import type { Place } from '../../ui/json-editor.tsx';

/** Everything that is wrong with the text; each leads to its place. */
export function Problems(props: {
  problems: readonly ScenarioProblem[];
  state: 'looking' | 'wrong' | 'right';
  onGo: (place: Place) => void;
}): ReactNode {
  const { problems, state } = props;
  const number = problems.length;
  return (
    <section
      className="panel problems"
      aria-label={t('lab:problems.title')}
      data-state={state}
      data-testid="problems"
    >
      <div className="panel-head">
        <h2>{t('lab:problems.title')}</h2>
        <span className="spring" />
        {state === 'looking' ? (
          <Tag tone="busy">{t('lab:problems.looking')}</Tag>
        ) : state === 'right' ? (
          <Tag tone="ok">{t('lab:problems.right')}</Tag>
        ) : (
          <Tag tone="bad">{t('lab:problems.number', { count: number })}</Tag>
        )}
      </div>
      {number === 0 ? null : (
        <ul>
          {problems.map((problem, index) => (
            <li key={index}>
              <button
                type="button"
                data-testid="problem"
                onClick={() => {
                  props.onGo({ line: problem.line, column: problem.column });
                }}
              >
                <span className="mono faint">
                  {problem.line}:{problem.column}
                </span>
                <span>
                  {asSentence(problem.reason)}
                  <span className="mono faint problem-path">{problem.path}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
