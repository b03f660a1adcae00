import { Button } from '@mantine/core';
import { useCallback, type ReactNode } from 'react';
import type { UpdateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { hasEnded } from '../../state/path.ts';
import { showScreen } from '../../state/screen.store.ts';
import { focusUpdate, useUpdates } from '../../state/updates.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useAsk } from '../../ui/use-ask.ts';
import { stageWords, toneOf } from '../../ui/words.ts';
import { Verdict } from './verdict.tsx';
import { told } from '../../ui/told/told.ts';

/** How the rollback goes, and its verdict. Closing this stops nothing. */
export function RollbackOutcome(props: { updateId: string; onClose: () => void }): ReactNode {
  const { updateId, onClose } = props;
  const update = useUpdates(
    (store) => store.updates?.find((each) => each.updateId === updateId) ?? null,
  );
  const steps = update?.steps.length ?? 0;
  const ended = update !== null && hasEnded(update);
  const ask = useCallback(
    (client: Client) => client.vehicles.verdicts({ updateId, limit: 1 }),
    // Each step may be the one that brings it.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again with every step
    [updateId, steps, ended],
  );
  const { answer } = useAsk(ask);
  const verdict = answer.kind === 'told' ? (answer.value[0] ?? null) : null;
  return (
    <div className="dialog" data-testid="rollback-outcome">
      {verdict === null ? <Going update={update} ended={ended} /> : <Verdict verdict={verdict} />}
      {answer.kind === 'refused' ? <Refusal refusal={answer.refusal} /> : null}
      <div className="row dialog-buttons">
        <Button
          variant="default"
          onClick={() => {
            focusUpdate(updateId);
            showScreen('bench');
          }}
        >
          {t('vehicles:rollback.onBench')}
        </Button>
        <Button onClick={onClose} data-autofocus data-testid="rollback-close">
          {t('vehicles:rollback.close')}
        </Button>
      </div>
    </div>
  );
}

function Going(props: { update: UpdateView | null; ended: boolean }): ReactNode {
  const { update, ended } = props;
  if (update === null) return <p className="soft">{t('vehicles:rollback.sent')}</p>;
  return (
    <>
      <div className="row" role="status">
        <Tag tone={toneOf(update)}>{stageWords(update.stage)}</Tag>
        <span className="soft">
          {ended ? t('vehicles:rollback.noVerdict') : told(update.steps.at(-1)?.detail ?? '')}
        </span>
      </div>
      <div
        className="bar"
        data-tone={toneOf(update)}
        role="progressbar"
        aria-label={t('vehicles:rollback.progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={update.progress}
      >
        <div style={{ width: `${String(update.progress)}%` }} />
      </div>
      {update.refusal ? <Refusal refusal={update.refusal} /> : null}
    </>
  );
}
