import { Button, Select } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useEffect, useMemo, type ReactNode } from 'react';
import type { EcuView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { editDraft, useCompose } from '../../state/compose.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { ecuOf, useVehicles } from '../../state/vehicles.store.ts';
import { bytes, count } from '../../ui/format.ts';
import { LongSelect } from '../../ui/long-select.tsx';
import { Tag } from '../../ui/tag.tsx';

/** Which ECU of which vehicle, with what is installed there now. */
export function Target(): ReactNode {
  const told = useVehicles((store) => store.vehicles);
  const vehicles = told ?? [];
  const choices = useMemo(
    () => (told ?? []).map(({ vin: each }) => ({ value: each, label: each })),
    [told],
  );
  const { vin, ecuId, version } = useCompose((store) => store.form);
  const vehicle = vehicles.find((candidate) => candidate.vin === vin);
  const ecu = useVehicles((store) => (vin && ecuId ? ecuOf(store, vin, ecuId) : null));
  const only = vehicles.length === 1 ? vehicles[0]?.vin : undefined;
  useEffect(() => {
    if (vin === null && only !== undefined) editDraft({ vin: only });
  }, [vin, only]);
  return (
    <section className="panel" aria-label={t('compose:target.label')}>
      <div className="panel-head">
        <h2>{t('compose:target.title')}</h2>
        <span className="spring" />
        {vehicle ? (
          <Tag tone={vehicle.online ? 'ok' : 'quiet'} plain>
            {vehicle.online ? t('compose:target.online') : t('compose:target.offline')}
          </Tag>
        ) : null}
      </div>
      <div className="panel-body">
        {vehicles.length === 0 ? (
          <div className="row">
            <span className="soft">{t('compose:target.none')}</span>
            <Button
              variant="default"
              onClick={() => {
                showScreen('bench');
              }}
            >
              {t('compose:target.goToBench')}
            </Button>
          </div>
        ) : (
          <div className="pair">
            <LongSelect
              label={t('compose:target.vehicle')}
              placeholder={t('compose:target.chooseVehicle')}
              data-testid="compose-vehicle"
              classNames={{ input: 'mono' }}
              choices={choices}
              value={vin}
              onChange={(value) => {
                editDraft({ vin: value, ecuId: null });
              }}
            />
            <Select
              label={t('compose:target.ecu')}
              placeholder={t('compose:target.chooseEcu')}
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
        <span className="faint">{t('compose:target.installed', { bank: ecu.activeBank })}</span>
        <strong className="mono">{active?.version ?? t('compose:target.nothing')}</strong>
        <span className="faint">
          {active?.releaseCounter == null
            ? t('compose:target.noCounter')
            : t('compose:target.counter', { counter: count(active.releaseCounter) })}
          {active?.length == null ? '' : ` · ${bytes(active.length)}`}
        </span>
      </div>
      <IconArrowRight size={18} className="faint" aria-label={t('compose:target.becomes')} />
      <div>
        <span className="faint">
          {t('compose:target.toInstall', { bank: ecu.activeBank === 'A' ? 'B' : 'A' })}
        </span>
        <strong className="mono">{version === '' ? '…' : version}</strong>
        <span className="faint mono clip">
          {ecu.hardwareId} · {ecu.partNumber}
        </span>
      </div>
    </div>
  );
}
