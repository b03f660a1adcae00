import { Button } from '@mantine/core';
import { IconCar, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import { showScreen } from '../../state/screen.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Empty } from '../../ui/empty.tsx';
import { dateTime } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import { Ecu } from './ecu.tsx';
import './vehicles.css';

export function VehiclesScreen(): ReactNode {
  const vehicles = useVehicles((store) => store.vehicles);
  return (
    <div className="screen">
      <div className="screen-head">
        <h1>Vehicles</h1>
        <span className="soft">Every ECU with both of its banks.</span>
      </div>
      {vehicles?.length === 0 ? (
        <Empty
          icon={<IconCar size={36} stroke={1.4} />}
          title="No vehicle yet"
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
          Start the DCU role to simulate one with four ECUs, or connect a real DCU to the broker: it
          appears here as soon as it tells its inventory.
        </Empty>
      ) : null}
      {vehicles?.map((vehicle) => (
        <Vehicle key={vehicle.vin} vehicle={vehicle} />
      ))}
    </div>
  );
}

function Vehicle(props: { vehicle: VehicleView }): ReactNode {
  const { vehicle } = props;
  return (
    <section
      className="panel vehicle"
      aria-label={`Vehicle ${vehicle.vin}`}
      data-testid={`vehicle-${vehicle.vin}`}
    >
      <div className="panel-head">
        <h2 className="mono">{vehicle.vin}</h2>
        <Copy text={vehicle.vin} what="VIN" />
        <Tag tone={vehicle.online ? 'ok' : 'quiet'}>{vehicle.online ? 'Online' : 'Offline'}</Tag>
        <span className="faint">
          {vehicle.simulated ? 'Simulated on this bench' : 'Outside this bench'}
        </span>
        <span className="spring" />
        <span className="faint">
          {vehicle.lastSeenAt === null ? 'Never seen' : `Last seen ${dateTime(vehicle.lastSeenAt)}`}
        </span>
      </div>
      {vehicle.advice.length === 0 ? null : (
        <ul className="advice" aria-label="Advice about the VIN">
          {vehicle.advice.map((advice) => (
            <li key={advice}>
              <IconInfoCircle size={14} aria-hidden /> {advice}
            </li>
          ))}
        </ul>
      )}
      {vehicle.ecus.length === 0 ? (
        <p className="panel-body soft">
          It has not told its inventory yet, so its ECUs are not known. A DCU publishes it,
          retained, on its <span className="mono">inventory</span> topic.
        </p>
      ) : (
        <div className="ecus">
          {vehicle.ecus.map((ecu) => (
            <Ecu key={ecu.ecuId} vin={vehicle.vin} ecu={ecu} />
          ))}
        </div>
      )}
    </section>
  );
}
