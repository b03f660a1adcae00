import { Button } from '@mantine/core';
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconRouteSquare,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { ControlView, JobView, RefusalView, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { doingOf } from '../../state/rack.ts';
import { showScreen } from '../../state/screen.store.ts';
import { focusUpdate, useUpdates } from '../../state/updates.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { percent } from '../../ui/format.ts';
import { doingWords } from '../../ui/words.ts';
import { Confirmation } from './confirmation.tsx';
import { told } from '../../ui/told/told.ts';

type Order = 'pause' | 'resume' | 'cancel';

const command = (client: Client, order: Order, updateId: string): Promise<unknown> =>
  client.updates[order]({ updateId });

const orders: readonly { order: Order; icon: TablerIcon }[] = [
  { order: 'pause', icon: IconPlayerPause },
  { order: 'resume', icon: IconPlayerPlay },
  { order: 'cancel', icon: IconX },
];

/** What the vehicle is busy with, and what can be done about it. */
export function Job(props: { vehicle: VehicleView }): ReactNode {
  const { vehicle } = props;
  const { job } = vehicle;
  if (job === null) {
    return vehicle.waiting === 0 ? null : (
      <p className="vehicle-part">{t('vehicles:job.waiting', { count: vehicle.waiting })}</p>
    );
  }
  // A refusal is of this update, not of the next.
  return <Running key={job.updateId} vehicle={vehicle} job={job} />;
}

function Running(props: { vehicle: VehicleView; job: JobView }): ReactNode {
  const { vehicle, job } = props;
  const { updateId, controls } = job;
  const { progress } = doingOf(vehicle);
  const where = told(vehicle.ecus.find(({ ecuId }) => ecuId === job.ecuId)?.name ?? job.ecuId);
  const version = useUpdates(
    (store) => store.updates?.find((each) => each.updateId === updateId)?.version,
  );
  const { state, run, dismiss } = useCommand(command);
  // Never a dead button: pressed where it is not possible, it says why.
  const [refused, setRefused] = useState<RefusalView | null>(null);
  const shown = state.kind === 'refused' ? state.refusal : refused;
  const press = (order: Order, control: ControlView): void => {
    dismiss();
    setRefused(control.possible ? null : control.refusal);
    if (control.possible) void run(order, updateId);
  };
  return (
    <div className="vehicle-part job" data-testid="job" data-phase={job.phase}>
      <div className="row job-head">
        <strong>
          {job.kind === 'rollback' ? t('vehicles:job.rollback') : t('vehicles:job.update')}{' '}
          {version === undefined ? '' : <bdi className="mono">{version}</bdi>}
        </strong>
        <Tag tone={job.paused || job.waiting ? 'warn' : 'busy'}>
          {job.paused ? t('vehicles:job.held') : doingWords(job.phase)}
        </Tag>
        <span className="soft clip">
          {where}
          {progress === null ? '' : ` · ${percent(progress)}`}
        </span>
        <span className="spring" />
        {orders.map(({ order, icon: Icon }) => (
          <Button
            key={order}
            size="compact-xs"
            variant="default"
            className={controls[order].possible ? '' : 'blocked'}
            data-possible={controls[order].possible}
            data-testid={`job-${order}`}
            title={controls[order].possible ? undefined : told(controls[order].refusal.reason)}
            leftSection={<Icon size={13} aria-hidden />}
            loading={state.kind === 'running'}
            onClick={() => {
              press(order, controls[order]);
            }}
          >
            {t(`vehicles:job.order.${order}`)}
          </Button>
        ))}
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconRouteSquare size={13} aria-hidden />}
          onClick={() => {
            focusUpdate(updateId);
            showScreen('bench');
          }}
        >
          {t('vehicles:job.onBench')}
        </Button>
      </div>
      <div
        className="bar"
        data-tone="busy"
        role="progressbar"
        aria-label={t('vehicles:job.progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={progress ?? 0}
      >
        <div style={{ width: `${String(progress ?? 0)}%` }} />
      </div>
      {job.waiting === 'confirmation' ? (
        <Confirmation vin={vehicle.vin} updateId={updateId} />
      ) : null}
      {vehicle.waiting === 0 ? null : (
        <p className="soft">{t('vehicles:job.waiting', { count: vehicle.waiting })}</p>
      )}
      {shown === null ? null : (
        <Refusal
          refusal={shown}
          onClose={() => {
            dismiss();
            setRefused(null);
          }}
        />
      )}
    </div>
  );
}
