import type { ReactNode } from 'react';
import type { ScenarioRunView } from '#core/contract';
import { outcomeOf } from '../../state/lab-run.ts';
import { Tag } from '../../ui/tag.tsx';
import { outcomeWords } from './words.ts';

export function OutcomeTag(props: { run: ScenarioRunView | null; plain?: boolean }): ReactNode {
  const { word, tone } = outcomeWords(outcomeOf(props.run).kind);
  return (
    <Tag tone={tone} plain={props.plain === true}>
      {word}
    </Tag>
  );
}
