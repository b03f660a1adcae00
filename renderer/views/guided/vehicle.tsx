import { useEffect, useState, type ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { chooseVehicle, useGuided } from '../../state/guided.store.ts';
import { runningOn, type GuidedRun } from '../../state/guided-steps.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { knownAs } from '../../state/vin.ts';
import { useCommand } from '../../ui/use-command.ts';
import { BenchOff, isReady } from './bench-off.tsx';
import { Frame } from './frame.tsx';
import { Person } from './person.tsx';
import { PlainRefusal } from './plain.tsx';
import { beginWork } from './report-session.ts';
import { Busy, Unreachable } from './unreachable.tsx';
import { VehicleList } from './vehicle-list.tsx';
import { VinField } from './vin-field.tsx';

/** Who works on what: the first step, and the only one with a form. */
export function VehicleStep(): ReactNode {
  const run = useGuided((store) => store.run);
  const bench = useBench((store) => store.bench);
  const vehicles = useVehicles((store) => store.vehicles) ?? [];
  const updates = useUpdates((store) => store.updates) ?? [];
  const [text, setText] = useState('');
  const { state, run: begin } = useCommand(beginWork);
  const vehicle = vehicles.find(({ vin }) => vin === run.vin) ?? null;
  const running = run.vin === null ? null : runningOn(run.vin, updates);
  const choose = (vin: string): void => {
    chooseVehicle(vin);
    setText('');
  };
  const meant =
    run.vin === null || vehicle !== null
      ? undefined
      : knownAs(
          run.vin,
          vehicles.map(({ vin }) => vin),
        );
  useEffect(() => {
    // Scanned before it reported, in the case of its label.
    if (meant !== undefined) chooseVehicle(meant);
  }, [meant]);
  const blocked = whyNot(run, vehicle, running !== null);
  return (
    <Frame
      title={t('guided:vehicle.title')}
      says={t('guided:vehicle.says')}
      keepsFocus
      primary={{
        name:
          run.vin === null
            ? t('guided:vehicle.nextNone')
            : t('guided:vehicle.next', { vin: run.vin }),
        blocked,
        busy: state.kind === 'running',
        onPress: () => {
          void begin(run);
        },
      }}
    >
      {bench === null || isReady(bench) ? null : <BenchOff bench={bench} />}
      <div className="guided-columns">
        <div className="guided-column">
          <VinField
            text={text}
            onText={setText}
            ready={bench !== null && isReady(bench)}
            known={vehicles.map(({ vin }) => vin)}
            onVin={choose}
          />
          {run.vin === null ? null : running !== null ? (
            <Busy update={running} />
          ) : isThere(vehicle) ? null : (
            <Unreachable vin={run.vin} vehicle={vehicle} />
          )}
          <VehicleList vehicles={vehicles} text={text} chosen={run.vin} onChoose={choose} />
        </div>
        <div className="guided-column">
          <Person run={run} />
        </div>
      </div>
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
    </Frame>
  );
}

function isThere(vehicle: VehicleView | null): boolean {
  return vehicle !== null && vehicle.online && vehicle.ecus.length > 0;
}

function whyNot(run: GuidedRun, vehicle: VehicleView | null, busy: boolean): string | null {
  if (run.vin === null) return t('guided:vehicle.why.vehicle');
  if (busy) return t('guided:vehicle.busy.says');
  if (!isThere(vehicle)) return t('guided:vehicle.why.offline');
  if (run.operator.trim() === '') return t('guided:vehicle.why.operator');
  if (run.purpose.trim() === '') return t('guided:vehicle.why.purpose');
  return null;
}
