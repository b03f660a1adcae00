import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ConditionsView, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { isOff } from '../../state/rack.ts';
import { LiveNumber } from './live-number.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const MIB = 1_048_576;

const set = (client: Client, vin: string, conditions: Partial<ConditionsView>): Promise<unknown> =>
  client.vehicles.setConditions({ vin, conditions });

/** The vehicle's surroundings as an update looks at them; changed while everything runs. */
export function Conditions(props: { vehicle: VehicleView }): ReactNode {
  const { vin, conditions } = props.vehicle;
  const { state, run, dismiss } = useCommand(set);
  const workspace = useWorkspace();
  if (conditions === null) {
    return (
      <p className="vehicle-part faint">
        {isOff(props.vehicle) ? t('vehicles:conditions.off') : t('vehicles:conditions.foreign')}
      </p>
    );
  }
  const ignition = [
    { value: 'off', label: t('vehicles:conditions.ignitionOff') },
    { value: 'on', label: t('vehicles:conditions.ignitionOn') },
  ];
  const parked = [
    { value: 'yes', label: t('vehicles:conditions.yes') },
    { value: 'no', label: t('vehicles:conditions.no') },
  ];
  const change = (changed: Partial<ConditionsView>): void => {
    void run(vin, changed);
  };
  return (
    <div
      className="vehicle-part"
      role="group"
      aria-label={t('vehicles:conditions.label')}
      data-testid="conditions"
    >
      <div className="conditions">
        <LiveNumber
          label={t('vehicles:conditions.supply')}
          unit="V"
          decimals={2}
          step={0.1}
          range={[0, 1_000]}
          value={conditions.supplyMillivolts / 1_000}
          onChange={(volts) => {
            change({ supplyMillivolts: Math.round(volts * 1_000) });
          }}
        />
        <Choice
          label={t('vehicles:conditions.ignition')}
          value={conditions.ignition}
          options={ignition}
          onChange={(value) => {
            change({ ignition: value === 'on' ? 'on' : 'off' });
          }}
        />
        <Choice
          label={t('vehicles:conditions.parked')}
          value={conditions.parked ? 'yes' : 'no'}
          options={parked}
          onChange={(value) => {
            change({ parked: value === 'yes' });
          }}
        />
        <LiveNumber
          label={t('vehicles:conditions.temperature')}
          unit="°C"
          decimals={0}
          step={1}
          range={[-100, 300]}
          value={conditions.temperatureCelsius}
          onChange={(temperatureCelsius) => {
            change({ temperatureCelsius });
          }}
        />
        <LiveNumber
          label={t('vehicles:conditions.space')}
          unit="MiB"
          decimals={1}
          step={64}
          range={[0, Math.floor(Number.MAX_SAFE_INTEGER / MIB)]}
          value={Math.round((conditions.freeBytes / MIB) * 10) / 10}
          onChange={(mebibytes) => {
            change({ freeBytes: Math.round(mebibytes * MIB) });
          }}
        />
        <CopyCommand compact command={cli.conditions(workspace, vin, conditions)} />
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </div>
  );
}

function Choice(props: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}): ReactNode {
  return (
    <div className="condition">
      <span className="condition-label">{props.label}</span>
      <SegmentedControl
        aria-label={props.label}
        data={props.options}
        value={props.value}
        onChange={props.onChange}
      />
    </div>
  );
}
