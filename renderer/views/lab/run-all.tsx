import { Button } from '@mantine/core';
import { IconPlayerSkipForward, IconX } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import {
  cancelBatch,
  isUnderWay,
  runBatch,
  tallyOf,
  useBatch,
  type Batch,
} from '../../state/lab-batch.store.ts';
import { useLab } from '../../state/lab.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { told } from '../../ui/told/told.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const ICON = { size: 15, 'aria-hidden': true } as const;

/** The button, and how far it is with its counts. */
export function RunAll(props: {
  of: 'scenario' | 'attack';
  ids: readonly string[];
  label: string;
}): ReactNode {
  const { of, ids } = props;
  const batch = useBatch((store) => store.batch);
  const all = useCommand(useCallback((client: Client) => runBatch(client, of, ids), [of, ids]));
  const cancel = useCommand(cancelBatch);
  const busy = isUnderWay(batch);
  const mine = batch?.of === of;
  return (
    <div className="run-all">
      <div className="row">
        <Button
          leftSection={<IconPlayerSkipForward {...ICON} />}
          data-testid="run-all"
          disabled={busy || ids.length === 0}
          title={
            busy ? t('lab:runAll.busy') : ids.length === 0 ? t('lab:runAll.nothing') : undefined
          }
          onClick={() => void all.run()}
        >
          {props.label}
        </Button>
        {busy && mine ? (
          <Button
            variant="default"
            leftSection={<IconX {...ICON} />}
            loading={batch.state === 'cancelling'}
            data-testid="cancel-all"
            onClick={() => void cancel.run()}
          >
            {t('lab:runAll.cancel')}
          </Button>
        ) : null}
        {ids.length === 0 ? null : <CopyCommand compact command={cli.scenario(ids)} />}
        {mine ? <Counts /> : null}
      </div>
      {[all, cancel].map((command, index) =>
        command.state.kind === 'refused' ? (
          <Refusal key={index} refusal={command.state.refusal} onClose={command.dismiss} />
        ) : null,
      )}
    </div>
  );
}

function endWords(state: Batch['state']): string {
  switch (state) {
    case 'running':
    case 'ended':
      return '';
    case 'cancelling':
      return t('lab:runAll.stopping');
    case 'cancelled':
      return t('lab:runAll.cancelled');
    case 'lost':
      return t('lab:runAll.lost');
  }
}

function Counts(): ReactNode {
  const batch = useBatch((store) => store.batch);
  const runs = useLab((store) => store.runs);
  if (batch === null) return null;
  const { total, done, passed, failed } = tallyOf(batch, runs);
  const first = [...batch.refused.values()][0];
  return (
    <div className="run-counts" data-testid="run-counts" data-state={batch.state}>
      <div
        className="bar"
        data-tone={failed > 0 ? 'bad' : isUnderWay(batch) ? 'busy' : 'ok'}
        role="progressbar"
        aria-label={t('lab:runAll.ended')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <div style={{ width: `${((done / Math.max(1, total)) * 100).toString()}%` }} />
      </div>
      <span>{t('lab:runAll.doneOf', { done, total })}</span>
      {/* Of attacks the summary beside it tells, in their own words. */}
      {batch.of === 'attack' ? null : (
        <>
          <Tag tone="ok" plain>
            {t('lab:runAll.passed', { passed })}
          </Tag>
          <Tag tone={failed > 0 ? 'bad' : 'quiet'} plain>
            {t('lab:runAll.failed', { failed })}
          </Tag>
        </>
      )}
      <span className="soft clip" title={first ? told(first.reason) : endWords(batch.state)}>
        {endWords(batch.state)} {first ? `${first.code}: ${told(first.reason)}` : ''}
      </span>
    </div>
  );
}
