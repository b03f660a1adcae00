import type { ReactNode } from 'react';
import type { ScenarioProblem } from '#core/contract';
import { asSentence } from '../../ui/format.ts';
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
      aria-label="Problems"
      data-state={state}
      data-testid="problems"
    >
      <div className="panel-head">
        <h2>Problems</h2>
        <span className="spring" />
        {state === 'looking' ? (
          <Tag tone="busy">Looking</Tag>
        ) : state === 'right' ? (
          <Tag tone="ok">None: it can be run</Tag>
        ) : (
          <Tag tone="bad">
            {number} {number === 1 ? 'problem' : 'problems'}
          </Tag>
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
