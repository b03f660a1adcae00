import type { ReactNode } from 'react';
import { Refusal } from './refusal.tsx';
import type { Command } from './use-command.ts';
import './waiting-note.css';

/** What an update waits for, and the buttons that let it go on; what refused one of them, below. */
export function WaitingNote(props: {
  icon: ReactNode;
  title: string;
  says: string;
  testId: string;
  command: Pick<Command<never>, 'state' | 'dismiss'>;
  children: ReactNode;
}): ReactNode {
  const { state, dismiss } = props.command;
  return (
    <div className="waiting-note" data-tone="warn" data-testid={props.testId}>
      {props.icon}
      <span>
        <strong>{props.title}</strong> {props.says}
      </span>
      <span className="spring" />
      {props.children}
      {state.kind === 'refused' ? (
        <div className="waiting-note-refusal">
          <Refusal refusal={state.refusal} onClose={dismiss} />
        </div>
      ) : null}
    </div>
  );
}
