import { Button, Select } from '@mantine/core';
import { IconCar } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { showScreen } from '../../state/screen.store.ts';
import { useLabFaults } from '../../state/lab-faults.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { FaultForm } from './fault-form.tsx';
import { FaultList } from './fault-list.tsx';
import { groupWords } from './words.ts';

/** One vehicle of this bench, what is to go wrong in it, and what does. */
export function Faults(): ReactNode {
  const { kinds, refusal } = useLabFaults();
  const vehicles = useVehicles((store) => store.vehicles);
  const [vin, setVin] = useState<string | null>(null);
  const [kindName, setKindName] = useState<string | null>('selfTestFails');
  const ours = useMemo(
    () => vehicles?.filter(({ profile }) => profile !== null) ?? null,
    [vehicles],
  );
  const groups = useMemo(() => {
    const names = [...new Set(kinds?.map(({ group }) => group) ?? [])];
    return names.map((group) => ({
      group: groupWords[group],
      items: (kinds ?? [])
        .filter((each) => each.group === group)
        .map(({ kind, title }) => ({ value: kind, label: title })),
    }));
  }, [kinds]);
  if (refusal !== null) return <Refusal refusal={refusal} />;
  if (ours === null || kinds === null) return <p className="soft">Asking the bench…</p>;
  const vehicle = ours.find((each) => each.vin === vin) ?? ours[0];
  const kind = kinds.find((each) => each.kind === kindName) ?? kinds[0];
  if (vehicle === undefined || kind === undefined) {
    return (
      <Empty
        icon={<IconCar size={36} stroke={1.4} />}
        title="No vehicle to break"
        action={
          <Button
            onClick={() => {
              showScreen('bench');
            }}
          >
            Go to Bench
          </Button>
        }
      >
        Faults are set in vehicles that this bench simulates. Start the DCU, or run the offline
        demo; then come back.
      </Empty>
    );
  }
  return (
    <div className="lab-columns">
      <section className="panel fault-form" aria-label="New fault">
        <div className="panel-head">
          <h2>What is to go wrong</h2>
        </div>
        <div className="panel-body fields">
          <Select
            label="Vehicle"
            data={ours.map((each) => ({
              value: each.vin,
              label: `${each.vin}${each.online ? '' : ' (offline)'}`,
            }))}
            value={vehicle.vin}
            allowDeselect={false}
            data-testid="fault-vehicle"
            onChange={setVin}
          />
          <Select
            label="Kind"
            data={groups}
            value={kind.kind}
            allowDeselect={false}
            searchable
            maxDropdownHeight={340}
            data-testid="fault-kind"
            onChange={setKindName}
          />
          <FaultForm key={`${vehicle.vin} ${kind.kind}`} vehicle={vehicle} kind={kind} />
        </div>
      </section>
      <FaultList vin={vehicle.vin} kinds={kinds} />
    </div>
  );
}
