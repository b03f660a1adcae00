import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { clearFaults, useFaults } from '../../state/faults.store.ts';
import { FaultForm } from '../../ui/fault/fault-form.tsx';
import { FaultItems } from '../../ui/fault/fault-items.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';

/** What goes wrong on purpose in this vehicle, and the switches for more of it. */
export function Faults(props: { vehicle: VehicleView }): ReactNode {
  const { vehicle } = props;
  const { vin } = vehicle;
  const { faults: all, kinds, refusal } = useFaults();
  const clearing = useCommand(clearFaults);
  const faults = (all ?? []).filter((fault) => fault.vin === vin);
  if (vehicle.profile === null) {
    return <p className="soft vehicle-none">{t('vehicles:faults.foreign')}</p>;
  }
  return (
    <div className="faults">
      <section className="panel" aria-label={t('vehicles:faults.set')}>
        <div className="panel-head">
          <h2>{t('vehicles:faults.set')}</h2>
        </div>
        <div className="panel-body">
          {kinds === null ? null : <FaultForm vehicle={vehicle} kinds={kinds} />}
          {refusal === null ? null : <Refusal refusal={refusal} />}
        </div>
      </section>
      <section className="panel" aria-label={t('vehicles:faults.ofThis')}>
        <div className="panel-head">
          <h2>{t('vehicles:faults.here')}</h2>
          <span className="faint">{faults.length === 0 ? '' : faults.length}</span>
          <span className="spring" />
          {faults.length === 0 ? null : (
            <Button
              size="compact-xs"
              variant="default"
              data-testid="fault-clear-all"
              onClick={() => {
                void clearing.run(vin);
              }}
            >
              {t('vehicles:faults.clearAll')}
            </Button>
          )}
        </div>
        {clearing.state.kind === 'refused' ? (
          <Refusal refusal={clearing.state.refusal} onClose={clearing.dismiss} />
        ) : null}
        {faults.length === 0 ? (
          <p className="soft panel-body">{t('vehicles:faults.none')}</p>
        ) : null}
        <FaultItems faults={faults} onClear={(of, faultId) => void clearing.run(of, faultId)} />
      </section>
    </div>
  );
}
