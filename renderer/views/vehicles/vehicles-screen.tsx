import { Button } from '@mantine/core';
import { IconCar, IconFileCode, IconPlus } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { followFaults } from '../../state/faults.store.ts';
import { showScreen, useScreen } from '../../state/screen.store.ts';
import { keptAmong, lookAt, useVehicles } from '../../state/vehicles.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { count } from '../../ui/format.ts';
import { AddDialog } from './add-dialog.tsx';
import { Detail } from './detail.tsx';
import { ProfilesDialog } from './profiles-dialog.tsx';
import { Rack } from './rack.tsx';
import './vehicles.css';

/** Every vehicle in a rack at the left, and the chosen one. */
export function VehiclesScreen(): ReactNode {
  const vehicles = useVehicles((store) => store.vehicles);
  const lookedAt = useVehicles((store) => store.lookedAt);
  const part = useScreen((store) => store.part);
  const [asking, setAsking] = useState<'add' | 'profiles' | null>(null);
  // Kept from vehicle to vehicle: who looks through a rack looks at the same thing of each.
  const [tab, setTab] = useState('ecus');
  useEffect(followFaults, []);
  const known = vehicles ?? [];
  const named = known.find(({ vin }) => vin === part)?.vin;
  const shown = keptAmong(known, named ?? lookedAt);
  const chosen = known.find(({ vin }) => vin === shown);
  useEffect(() => {
    // Also the first, which nobody chose: it stays shown when another comes before it.
    if (shown !== null) lookAt(shown);
  }, [shown]);
  return (
    <div className="screen vehicles">
      <div className="screen-head">
        <h1>{t('vehicles:screen.title')}</h1>
        <span className="soft">
          {known.length === 0
            ? t('vehicles:screen.lead')
            : t('vehicles:screen.counts', {
                known: count(known.length),
                online: count(known.filter(({ online }) => online).length),
              })}
        </span>
        <span className="spring" />
        <Button
          variant="default"
          data-testid="vehicles-profiles"
          leftSection={<IconFileCode size={14} aria-hidden />}
          onClick={() => {
            setAsking('profiles');
          }}
        >
          {t('vehicles:screen.profiles')}
        </Button>
        <Button
          data-testid="vehicles-add"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => {
            setAsking('add');
          }}
        >
          {t('vehicles:screen.add')}
        </Button>
      </div>
      {vehicles?.length === 0 ? <NoVehicle /> : null}
      {chosen === undefined ? null : (
        <div className="vehicles-parts">
          <Rack vehicles={known} chosen={chosen.vin} />
          <Detail key={chosen.vin} vehicle={chosen} tab={tab} onTab={setTab} />
        </div>
      )}
      {asking === 'add' ? (
        <AddDialog
          onClose={() => {
            setAsking(null);
          }}
        />
      ) : null}
      {asking === 'profiles' ? (
        <ProfilesDialog
          profile={chosen?.profile ?? null}
          onClose={() => {
            setAsking(null);
          }}
        />
      ) : null}
    </div>
  );
}

function NoVehicle(): ReactNode {
  const dcu = useBench((store) => store.bench?.roles.dcu.kind);
  return (
    <Empty
      icon={<IconCar size={36} stroke={1.4} />}
      title={t('vehicles:screen.none')}
      action={
        <Button
          onClick={() => {
            showScreen('bench');
          }}
        >
          {t('vehicles:screen.toBench')}
        </Button>
      }
    >
      {dcu === 'on' ? t('vehicles:screen.howOn') : t('vehicles:screen.howOff')}
    </Empty>
  );
}
