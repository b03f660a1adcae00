import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { aclText, editAcl, useAcl } from '../../state/acl.store.ts';
import { diffLines, type DiffLine } from '../../state/line-diff.ts';

const marks = { same: ' ', added: '+', removed: '−' } as const;
const words = { same: '', added: 'added: ', removed: 'removed: ' } as const;

/** What the repair changes, before it is taken. Taken, it is in the editor; saving is another step. */
export function RepairDialog(props: { repaired: string; onClose: () => void }): ReactNode {
  const text = useAcl(aclText);
  const diff = diffLines(text, props.repaired);
  const count = (kind: DiffLine['kind']): string =>
    diff.filter((line) => line.kind === kind).length.toString();
  return (
    <Modal opened onClose={props.onClose} title="Repair the rules" size={780}>
      <div className="dialog" data-testid="repair">
        <p className="soft">
          The least change under which every flow works: {count('added')} lines added,{' '}
          {count('removed')} removed. It goes into the editor; nothing is saved yet.
        </p>
        <pre className="code diff" tabIndex={0} aria-label="Difference" data-testid="repair-diff">
          {diff.map((line, index) => (
            <div key={index} data-kind={line.kind}>
              <span aria-hidden>{marks[line.kind]}</span>
              <span className="visually-hidden">{words[line.kind]}</span>
              <span>{line.text === '' ? ' ' : line.text}</span>
            </div>
          ))}
        </pre>
        <div className="row dialog-buttons">
          <Button variant="default" onClick={props.onClose}>
            Leave it
          </Button>
          <Button
            data-autofocus
            data-testid="repair-take"
            onClick={() => {
              editAcl(props.repaired);
              props.onClose();
            }}
          >
            Put it into the editor
          </Button>
        </div>
      </div>
    </Modal>
  );
}
