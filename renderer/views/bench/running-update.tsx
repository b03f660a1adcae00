import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { UpdateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { takesCommands } from '../../state/carrying.ts';
import { hasEnded, isRollback, whatOf } from '../../state/path.ts';
import { duration, percent } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Rich } from '../../ui/rich.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useSettled } from '../../ui/use-settled.ts';
import { stageWords, toneOf } from '../../ui/words.ts';
import { ReportButton } from '../reports/report-button.tsx';
import { Confirmation } from '../vehicles/confirmation.tsx';
import { Interrupted, useMissingRoles } from './interrupted.tsx';
import { Members } from './members.tsx';
import { Stepper } from './stepper.tsx';
import { UpdateTag } from './update-tag.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

/** The shown update: what it is, how far it is, and what can be done with it. */
export function RunningUpdate(props: { update: UpdateView }): ReactNode {
  const { update } = props;
  const tone = toneOf(update);
  const last = update.steps.at(-1);
  const missing = useMissingRoles(update);
  const isInterrupted = missing.length > 0;
  return (
    <div className="running" data-tone={tone} data-testid="running-update">
      <div className="running-head">
        <h2>
          {isRollback(update) ? t('bench:update.rollback') : t('bench:update.update')}{' '}
          <span className="mono">{update.version}</span>
        </h2>
        <span className="soft clip">
          <Rich
            text={t('bench:update.whatOf')}
            parts={{
              what: <span className="mono">{whatOf(update)}</span>,
              vin: <span className="mono">{update.vin}</span>,
            }}
          />
          {update.foreign ? ` · ${t('bench:update.foreign')}` : ''}
        </span>
        <span className="spring" />
        <span data-testid="update-stage" data-stage={update.stage}>
          <UpdateTag update={update} />
        </span>
        <span className="running-percent">
          <span data-testid="update-progress" data-progress={update.progress}>
            {percent(update.progress)}
          </span>
          {hasEnded(update) && last ? (
            <span className="faint">
              {' '}
              {t('bench:update.in', { time: duration(last.at - update.createdAt) })}
            </span>
          ) : null}
        </span>
        {hasEnded(update) ? (
          <ReportButton updateId={update.updateId} />
        ) : takesCommands(missing) ? (
          <Commands update={update} />
        ) : null}
      </div>
      <div
        className="bar"
        role="progressbar"
        aria-label={t('bench:update.progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={update.progress}
        aria-valuetext={t('bench:update.valueText', {
          percent: percent(update.progress),
          stage: stageWords(update.stage),
        })}
      >
        <div style={{ width: `${update.progress.toString()}%` }} />
      </div>
      <Stepper update={update} />
      {isInterrupted ? <Interrupted roles={missing} /> : null}
      {update.waiting === 'confirmation' && !hasEnded(update) && !isInterrupted ? (
        <Confirmation vin={update.vin} updateId={update.updateId} />
      ) : null}
      {update.members.length === 0 ? null : <Members members={update.members} />}
      {update.refusal ? <Refusal refusal={update.refusal} /> : null}
    </div>
  );
}

const cancel = (client: Client, updateId: string): Promise<unknown> =>
  client.updates.cancel({ updateId });
const pauseUpdate = (client: Client, updateId: string): Promise<unknown> =>
  client.updates.pause({ updateId });
const resume = (client: Client, updateId: string): Promise<unknown> =>
  client.updates.resume({ updateId });

const pauseButton = { name: 'pause', icon: IconPlayerPause, command: pauseUpdate } as const;
const resumeButton = { name: 'resume', icon: IconPlayerPlay, command: resume } as const;
const cancelButton = { name: 'cancel', icon: IconX, command: cancel } as const;

function Commands(props: { update: UpdateView }): ReactNode {
  const { updateId, paused } = props.update;
  return (
    <div className="row">
      {[paused ? resumeButton : pauseButton, cancelButton].map((entry) => (
        <CommandButton key={entry.name} {...entry} updateId={updateId} />
      ))}
    </div>
  );
}

function CommandButton(
  props: (typeof pauseButton | typeof resumeButton | typeof cancelButton) & { updateId: string },
): ReactNode {
  const { name, icon: Icon, updateId } = props;
  const { state, run, dismiss } = useCommand(props.command);
  const workspace = useWorkspace();
  // Another update, or "resume" after "pause", takes the place under a hand that presses twice.
  const isSettled = useSettled(`${updateId} ${name}`);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<Icon size={13} aria-hidden />}
        loading={state.kind === 'running'}
        aria-disabled={!isSettled}
        data-disabled={!isSettled}
        data-testid={`update-${name}`}
        onClick={() => {
          if (isSettled) void run(updateId);
        }}
      >
        {t(`bench:command.${name}`)}
      </Button>
      <CopyCommand compact command={cli.update(workspace, name, updateId)} />
      {state.kind === 'refused' ? (
        <div className="running-refusal">
          <Refusal refusal={state.refusal} onClose={dismiss} />
        </div>
      ) : null}
    </>
  );
}
