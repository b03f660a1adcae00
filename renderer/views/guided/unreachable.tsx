import { Button } from '@mantine/core';
import { IconPlugConnectedX, IconProgress } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { UpdateView, VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { join } from '../../state/guided.store.ts';
import { isOff } from '../../state/rack.ts';
import { useCommand } from '../../ui/use-command.ts';
import { startRoles } from './bench-off.tsx';
import { PlainRefusal } from './plain.tsx';

/** A vehicle that is not there, and what to do now. */
export function Unreachable(props: { vin: string; vehicle: VehicleView | null }): ReactNode {
  const { vin, vehicle } = props;
  const { state, run } = useCommand(startRoles);
  const simulated = vehicle !== null && isOff(vehicle);
  return (
    <div className="guided-card guided-note" data-tone="warn" data-testid="guided-unreachable">
      <IconPlugConnectedX size={28} aria-hidden />
      <div>
        <h2>
          {vehicle === null
            ? t('guided:vehicle.unknown.title', { vin })
            : t('guided:vehicle.away.title', { vin })}
        </h2>
        <p>
          {vehicle === null
            ? t('guided:vehicle.unknown.says')
            : simulated
              ? t('guided:vehicle.away.simulated')
              : t('guided:vehicle.away.says')}
        </p>
        {simulated ? (
          <Button
            size="md"
            data-testid="guided-switch-on"
            loading={state.kind === 'running'}
            onClick={() => {
              void run(['broker', 'backend', 'dcu']);
            }}
          >
            {t('guided:vehicle.away.switchOn')}
          </Button>
        ) : null}
        {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
      </div>
    </div>
  );
}

/** Somebody updates this vehicle already: in another window, or from elsewhere. */
export function Busy(props: { update: UpdateView }): ReactNode {
  const { update } = props;
  return (
    <div className="guided-card guided-note" data-tone="busy" data-testid="guided-busy">
      <IconProgress size={28} aria-hidden />
      <div>
        <h2>{t('guided:vehicle.busy.title', { vin: update.vin })}</h2>
        <p>{t('guided:vehicle.busy.says')}</p>
        <Button
          size="md"
          data-testid="guided-join"
          onClick={() => {
            join(update);
          }}
        >
          {t('guided:vehicle.busy.join')}
        </Button>
      </div>
    </div>
  );
}
