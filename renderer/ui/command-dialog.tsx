import { Button, Modal } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import type { CliCommand } from '../state/cli-commands.ts';
import { CopyCommand } from './copy-command.tsx';
import { Refusal } from './refusal.tsx';
import { useFocusBack } from './use-focus-back.ts';
import type { CommandState } from './use-command.ts';

/** Nobody is kept longer in a dialog that the bench does not answer. */
const SLOW_MS = 5_000;

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
  /** The same on the command line. */
  command?: CliCommand | null;
  children: ReactNode;
}): ReactNode {
  const { state } = props;
  useFocusBack();
  const running = state.kind === 'running';
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(() => {
      setSlow(true);
    }, SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [running]);
  // What was asked for is on its way: closing now would hide whether it was refused.
  const held = running && !slow;
  const close = (): void => {
    if (!held) props.onClose();
  };
  return (
    <Modal opened onClose={close} title={props.title} size={props.size ?? 520}>
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
          {props.command ? (
            <>
              <CopyCommand command={props.command} />
              <span className="spring" />
            </>
          ) : null}
          <Button
            variant="default"
            disabled={held}
            onClick={close}
            data-autofocus={props.danger === true}
          >
            {props.cancel ?? t('ui:cancel')}
          </Button>
          <Button
            type="submit"
            {...(props.danger === true ? { color: 'red' } : {})}
            disabled={props.disabled === true}
            loading={running}
            data-testid={`${props.testId}-confirm`}
          >
            {props.confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
