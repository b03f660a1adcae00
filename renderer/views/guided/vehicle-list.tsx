import type { ReactNode } from 'react';
import type { UpdateView, VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { runningOn } from '../../state/guided-steps.ts';
import { isOff } from '../../state/rack.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { Tag } from '../../ui/tag.tsx';
import { useFirst } from '../../ui/use-first.ts';

/** Rows drawn at once; whoever has more of them scans or types. */
const SHOWN = 50;
const IN_SIGHT = 12;

/** Known vehicles, those that are there first; what is typed as the VIN narrows them down. */
export function VehicleList(props: {
  vehicles: readonly VehicleView[];
  text: string;
  chosen: string | null;
  onChoose: (vin: string) => void;
}): ReactNode {
  const { vehicles, chosen, onChoose } = props;
  const updates = useUpdates((store) => store.updates) ?? [];
  const wanted = props.text.trim().toLowerCase();
  const matching = vehicles.filter(({ vin, profile, ecus }) =>
    [vin, profile ?? '', ...ecus.map(({ name }) => name)].join(' ').toLowerCase().includes(wanted),
  );
  const drawn = useFirst(IN_SIGHT, Math.min(SHOWN, matching.length));
  if (vehicles.length === 0) return <p className="soft">{t('guided:vehicle.none')}</p>;
  return (
    <div role="group" aria-label={t('guided:vehicle.known')}>
      <h2 className="guided-list-head">{t('guided:vehicle.known')}</h2>
      {matching.length === 0 ? (
        <p className="soft">{t('guided:vehicle.noMatch', { text: props.text.trim() })}</p>
      ) : null}
      <ul className="guided-vehicles">
        {matching.slice(0, drawn).map((vehicle) => (
          <li key={vehicle.vin}>
            <button
              type="button"
              className="guided-choice"
              aria-pressed={vehicle.vin === chosen}
              data-testid={`guided-vehicle-${vehicle.vin}`}
              onClick={() => {
                onChoose(vehicle.vin);
              }}
            >
              <span className="guided-choice-name mono">
                <bdi>{vehicle.vin}</bdi>
              </span>
              <span className="soft">
                {vehicle.profile === null ? '' : `${vehicle.profile} · `}
                {t('guided:vehicle.ecus', { count: vehicle.ecus.length })}
              </span>
              <State vehicle={vehicle} running={runningOn(vehicle.vin, updates)} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function State(props: { vehicle: VehicleView; running: UpdateView | null }): ReactNode {
  const { vehicle, running } = props;
  if (running !== null) {
    return <Tag tone="busy">{t('guided:vehicle.running', { percent: running.progress })}</Tag>;
  }
  if (vehicle.online) return <Tag tone="ok">{t('guided:vehicle.online')}</Tag>;
  return (
    <Tag tone="quiet">{isOff(vehicle) ? t('guided:vehicle.off') : t('guided:vehicle.offline')}</Tag>
  );
}
