import { Button, Select } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import type { EcuView } from '#core/contract';
import { editDraft, useCompose } from '../../state/compose.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { ecuOf, useVehicles } from '../../state/vehicles.store.ts';
import { bytes } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';

/** Which ECU of which vehicle, with what is installed there now. */
export function Target(): ReactNode {
  const vehicles = useVehicles((store) => store.vehicles) ?? [];
  const { vin, ecuId, version } = useCompose((store) => store.form);
  const vehicle = vehicles.find((candidate) => candidate.vin === vin);
  const ecu = useVehicles((store) => (vin && ecuId ? ecuOf(store, vin, ecuId) : null));
  const only = vehicles.length === 1 ? vehicles[0]?.vin : undefined;
  useEffect(() => {
    if (vin === null && only !== undefined) editDraft({ vin: only });
  }, [vin, only]);
  return (
    <section className="panel" aria-label="Target">
      <div className="panel-head">
        <h2>2 · Target</h2>
        <span className="spring" />
        {vehicle ? (
          <Tag tone={vehicle.online ? 'ok' : 'quiet'} plain>
            {vehicle.online ? 'Online' : 'Offline'}
          </Tag>
        ) : null}
      </div>
      <div className="panel-body">
        {vehicles.length === 0 ? (
          <div className="row">
            <span className="soft">
              No vehicle is known yet. Start the DCU role, or connect a real one to the broker.
            </span>
            <Button
              variant="default"
              onClick={() => {
                showScreen('bench');
              }}
            >
              Go to Bench
            </Button>
          </div>
        ) : (
          <div className="pair">
            <Select
              label="Vehicle"
              placeholder="Choose a vehicle"
              data-testid="compose-vehicle"
              classNames={{ input: 'mono' }}
              data={vehicles.map((candidate) => candidate.vin)}
              value={vin}
              onChange={(value) => {
                editDraft({ vin: value, ecuId: null });
              }}
            />
            <Select
              label="ECU"
              placeholder="Choose an ECU"
              data-testid="compose-ecu"
              disabled={vehicle === undefined}
              data={(vehicle?.ecus ?? []).map((candidate) => ({
                value: candidate.ecuId,
                label: `${candidate.name} (${candidate.ecuId})`,
              }))}
              value={ecuId}
              onChange={(value) => {
                editDraft({ ecuId: value });
              }}
            />
          </div>
        )}
        {ecu ? <Installed ecu={ecu} version={version.trim()} /> : null}
      </div>
    </section>
  );
}

function Installed(props: { ecu: EcuView; version: string }): ReactNode {
  const { ecu, version } = props;
  const active = ecu.banks.find((bank) => bank.bank === ecu.activeBank);
  return (
    <div className="installed">
      <div>
        <span className="faint">Installed, bank {ecu.activeBank}</span>
        <strong className="mono">{active?.version ?? 'nothing'}</strong>
        <span className="faint">
          counter {active?.releaseCounter ?? 'none'}
          {active?.length == null ? '' : ` · ${bytes(active.length)}`}
        </span>
      </div>
      <IconArrowRight size={18} className="faint" aria-label="becomes" />
      <div>
        <span className="faint">To install, bank {ecu.activeBank === 'A' ? 'B' : 'A'}</span>
        <strong className="mono">{version === '' ? '…' : version}</strong>
        <span className="faint mono clip">
          {ecu.hardwareId} · {ecu.partNumber}
        </span>
      </div>
    </div>
  );
}
