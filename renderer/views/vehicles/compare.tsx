import { Switch } from '@mantine/core';
import { IconArrowsDiff, IconEqual, IconEqualNot } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { compareVehicles, type Compared } from '../../state/compare-vehicles.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { shortHash } from '../../ui/format.ts';
import { LongSelect } from '../../ui/long-select.tsx';
import { Tag } from '../../ui/tag.tsx';
import { told } from '../../ui/told/told.ts';

/** This vehicle beside another, ECU by ECU; what differs is marked by a sign, a word and weight. */
export function Compare(props: { vehicle: VehicleView }): ReactNode {
  const { vehicle } = props;
  const vehicles = useVehicles((store) => store.vehicles);
  const others = useMemo(
    () => (vehicles ?? []).filter(({ vin }) => vin !== vehicle.vin),
    [vehicles, vehicle.vin],
  );
  const choices = useMemo(
    () => others.map((each) => ({ value: each.vin, label: each.vin })),
    [others],
  );
  const [vin, setVin] = useState<string | null>(null);
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  // The most alike one is the most telling: of the same profile, if there is any.
  const suggested = others.find(({ profile }) => profile === vehicle.profile) ?? others[0];
  const other = others.find((each) => each.vin === vin) ?? suggested;
  if (!other) {
    return (
      <Empty
        icon={<IconArrowsDiff size={28} stroke={1.4} />}
        title={t('vehicles:compare.noneTitle')}
      >
        {t('vehicles:compare.noneText')}
      </Empty>
    );
  }
  const compared = compareVehicles(vehicle, other);
  const different = compared.reduce((sum, each) => sum + each.different, 0);
  return (
    <section className="panel vehicle-panel" aria-label={t('vehicles:compare.label')}>
      <div className="panel-head">
        <h2>{t('vehicles:compare.with')}</h2>
        <LongSelect
          aria-label={t('vehicles:compare.with')}
          data-testid="compare-with"
          allowDeselect={false}
          className="compare-with"
          choices={choices}
          value={other.vin}
          onChange={setVin}
        />
        <span className="spring" />
        <Tag tone={different === 0 ? 'ok' : 'warn'}>
          {different === 0
            ? t('vehicles:compare.alike')
            : t('vehicles:compare.differences', { count: different })}
        </Tag>
        <Switch
          className="compare-only"
          size="xs"
          label={t('vehicles:compare.only')}
          checked={onlyDifferent}
          onChange={(event) => {
            setOnlyDifferent(event.currentTarget.checked);
          }}
        />
      </div>
      <div
        className="compare-scroll"
        tabIndex={0}
        role="region"
        aria-label={t('vehicles:compare.side')}
      >
        <table className="compare" data-testid="compare">
          <thead>
            <tr>
              <th scope="col">{t('vehicles:compare.value')}</th>
              <th scope="col" className="mono clip" title={vehicle.vin}>
                {vehicle.vin}
              </th>
              <th scope="col" className="mono clip" title={other.vin}>
                {other.vin}
              </th>
              <th scope="col">{t('vehicles:compare.same')}</th>
            </tr>
          </thead>
          {compared.map((ecu) => (
            <Ecu
              key={ecu.ecuId}
              compared={ecu}
              vins={[vehicle.vin, other.vin]}
              onlyDifferent={onlyDifferent}
            />
          ))}
        </table>
      </div>
    </section>
  );
}

function Ecu(props: {
  compared: Compared;
  vins: readonly [string, string];
  onlyDifferent: boolean;
}): ReactNode {
  const { compared, vins, onlyDifferent } = props;
  const rows = onlyDifferent ? compared.rows.filter(({ differs }) => differs) : compared.rows;
  if (onlyDifferent && compared.different === 0) return null;
  return (
    <tbody>
      <tr className="compare-ecu">
        <th scope="rowgroup" colSpan={4}>
          {told(compared.name)} <span className="mono faint">{compared.ecuId}</span>
        </th>
      </tr>
      {compared.in === 'both' ? null : (
        <tr data-differs="true">
          <td colSpan={3}>
            <Rich
              text={t('vehicles:compare.onlyOne')}
              parts={{
                vin: <span className="mono">{compared.in === 'left' ? vins[0] : vins[1]}</span>,
              }}
            />
          </td>
          <Mark differs />
        </tr>
      )}
      {rows.map(({ label, left, right, differs }) => (
        <tr key={label} data-differs={differs}>
          <th scope="row">{label}</th>
          <Cell text={left} />
          <Cell text={right} />
          <Mark differs={differs} />
        </tr>
      ))}
    </tbody>
  );
}

function Cell(props: { text: string }): ReactNode {
  const isHash = /^[0-9a-f]{64}$/.test(props.text);
  return (
    <td className="mono" title={isHash ? props.text : undefined}>
      {isHash ? shortHash(props.text) : props.text}
    </td>
  );
}

function Mark(props: { differs: boolean }): ReactNode {
  return props.differs ? (
    <td className="compare-mark" data-tone="warn">
      <IconEqualNot size={14} aria-hidden /> {t('vehicles:compare.differs')}
    </td>
  ) : (
    <td className="compare-mark faint">
      <IconEqual size={14} aria-hidden /> {t('vehicles:compare.isSame')}
    </td>
  );
}
