import { Button } from '@mantine/core';
import { IconCar } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useFaults } from '../../state/faults.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { keptAmong, useVehicles } from '../../state/vehicles.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { FaultForm } from '../../ui/fault/fault-form.tsx';
import { LongSelect } from '../../ui/long-select.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { FaultList } from './fault-list.tsx';

/** One vehicle of this bench, what is to go wrong in it, and what does. */
export function Faults(): ReactNode {
  const { kinds, refusal } = useFaults();
  const vehicles = useVehicles((store) => store.vehicles);
  const [vin, setVin] = useState<string | null>(null);
  const ours = useMemo(
    () => vehicles?.filter(({ profile }) => profile !== null) ?? null,
    [vehicles],
  );
  const choices = useMemo(
    () =>
      (ours ?? []).map(({ vin: value, online }) => ({
        value,
        label: online ? value : t('lab:faults.offline', { vin: value }),
      })),
    [ours],
  );
  if (refusal !== null) return <Refusal refusal={refusal} />;
  if (ours === null || kinds === null) return <p className="soft">{t('lab:faults.asking')}</p>;
  // The first stays the chosen one when another comes before it.
  const kept = keptAmong(ours, vin);
  if (kept !== vin) setVin(kept);
  const vehicle = ours.find((each) => each.vin === kept);
  if (vehicle === undefined) {
    return (
      <Empty
        icon={<IconCar size={36} stroke={1.4} />}
        title={t('lab:faults.noVehicle')}
        action={
          <Button
            onClick={() => {
              showScreen('bench');
            }}
          >
            {t('lab:faults.toBench')}
          </Button>
        }
      >
        {t('lab:faults.noVehicleText')}
      </Empty>
    );
  }
  return (
    <div className="lab-columns">
      <section className="panel lab-fault-form" aria-label={t('lab:faults.new')}>
        <div className="panel-head">
          <h2>{t('lab:faults.what')}</h2>
        </div>
        <div className="panel-body fields">
          <LongSelect
            label={t('lab:faults.vehicle')}
            choices={choices}
            value={vehicle.vin}
            allowDeselect={false}
            data-testid="fault-vehicle"
            onChange={setVin}
          />
          <FaultForm vehicle={vehicle} kinds={kinds} />
        </div>
      </section>
      <FaultList vin={vehicle.vin} />
    </div>
  );
}
