import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Refusal } from './refusal.tsx';
import type { CommandState } from './use-command.ts';

/** One question before a command: its fields, its refusal, and a button that says what it does. */
export function CommandDialog(props: {
  title: string;
  confirm: string;
  /** What is not pressed does nothing; the word says what stays. */
  cancel?: string;
  danger?: boolean;
  disabled?: boolean;
  state: CommandState;
  onConfirm: () => void;
  onDismiss: () => void;
  onClose: () => void;
  testId: string;
  size?: number;
  children: ReactNode;
}): ReactNode {
  const { state } = props;
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? 520}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="dialog"
        data-testid={props.testId}
        onSubmit={(event) => {
          event.preventDefault();
          if (props.disabled !== true) props.onConfirm();
        }}
      >
        {props.children}
        {state.kind === 'refused' ? (
          <Refusal refusal={state.refusal} onClose={props.onDismiss} />
        ) : null}
        <div className="row dialog-buttons">
          <Button variant="default" onClick={props.onClose} data-autofocus={props.danger === true}>
            {props.cancel ?? 'Cancel'}
          </Button>
          <Button
            type="submit"
            {...(props.danger === true ? { color: 'red' } : {})}
            disabled={props.disabled === true}
            loading={state.kind === 'running'}
            data-testid={`${props.testId}-confirm`}
          >
            {props.confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
