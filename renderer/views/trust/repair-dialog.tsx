import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { aclText, editAcl, useAcl } from '../../state/acl.store.ts';
import { diffLines, type DiffLine } from '../../state/line-diff.ts';
import { count } from '../../ui/format.ts';

const marks = { same: ' ', added: '+', removed: '−' } as const;

/** What the repair changes, before it is taken. Taken, it is in the editor; saving is another step. */
export function RepairDialog(props: { repaired: string; onClose: () => void }): ReactNode {
  const text = useAcl(aclText);
  const diff = diffLines(text, props.repaired);
  const lines = (kind: DiffLine['kind']): string =>
    count(diff.filter((line) => line.kind === kind).length);
  return (
    <Modal opened onClose={props.onClose} title={t('trust:repair.title')} size={780}>
      <div className="dialog" data-testid="repair">
        <p className="soft">
          {t('trust:repair.says', { added: lines('added'), removed: lines('removed') })}
        </p>
        <pre
          className="code repair-diff"
          tabIndex={0}
          aria-label={t('trust:repair.diff')}
          data-testid="repair-diff"
        >
          {diff.map((line, index) => (
            <div key={index} data-kind={line.kind}>
              <span aria-hidden>{marks[line.kind]}</span>
              <span className="visually-hidden">{t(`trust:repair.line.${line.kind}`)} </span>
              <span>{line.text === '' ? ' ' : line.text}</span>
            </div>
          ))}
        </pre>
        <div className="row dialog-buttons">
          <Button variant="default" onClick={props.onClose}>
            {t('trust:repair.leave')}
          </Button>
          <Button
            data-autofocus
            data-testid="repair-take"
            onClick={() => {
              editAcl(props.repaired);
              props.onClose();
            }}
          >
            {t('trust:repair.take')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
