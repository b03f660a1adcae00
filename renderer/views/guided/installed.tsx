import type { ReactNode } from 'react';
import type { EcuView, RefusalView, VehicleView } from '#core/contract';
import { t, textOrNull } from '../../i18n/index.ts';
import { goTo, useGuided } from '../../state/guided.store.ts';
import { healthOf, type Health } from '../../state/guided-steps.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { count } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import type { Tone } from '../../ui/words.ts';
import { Frame } from './frame.tsx';
import { Unreachable } from './unreachable.tsx';
import { told } from '../../ui/told/told.ts';

/** What each ECU runs, as the vehicle says. */
export function Installed(): ReactNode {
  const vin = useGuided((store) => store.run.vin) ?? '';
  const vehicle = useVehicles((store) => store.vehicles?.find((each) => each.vin === vin)) ?? null;
  const there = vehicle !== null && vehicle.ecus.length > 0;
  return (
    <Frame
      title={t('guided:installed.title')}
      says={t('guided:installed.says', { vin })}
      back={() => {
        goTo('vehicle');
      }}
      primary={{
        name: t('guided:installed.next'),
        blocked: there ? null : t('guided:vehicle.why.offline'),
        onPress: () => {
          goTo('releases');
        },
      }}
    >
      {vehicle?.online === true ? null : <Unreachable vin={vin} vehicle={vehicle} />}
      {vehicle === null ? <p>{t('guided:installed.gone')}</p> : null}
      {vehicle !== null && !vehicle.online && there ? (
        <p className="soft">{t('guided:installed.awayNow')}</p>
      ) : null}
      <div className="guided-ecus" data-testid="guided-installed">
        {vehicle?.ecus.map((ecu) => (
          <EcuCard key={ecu.ecuId} vehicle={vehicle} ecu={ecu} />
        ))}
      </div>
    </Frame>
  );
}

const healthTones: Record<Health, Tone> = {
  good: 'ok',
  busy: 'busy',
  trial: 'warn',
  bad: 'bad',
  unknown: 'quiet',
};

/** One ECU: its name, its version in big type, and whether it can be relied on. */
export function EcuCard(props: { vehicle: VehicleView; ecu: EcuView }): ReactNode {
  const { vehicle, ecu } = props;
  const active = ecu.banks.find(({ bank }) => bank === ecu.activeBank);
  const health = healthOf(vehicle, ecu.ecuId);
  return (
    <article className="guided-card guided-ecu" data-testid={`guided-ecu-${ecu.ecuId}`}>
      <h2>
        <bdi>{told(ecu.name)}</bdi>
      </h2>
      <Tag tone={healthTones[health]}>{t(`guided:health.${health}`)}</Tag>
      <p className="guided-version mono" data-version={active?.version}>
        <bdi>{active?.version ?? t('guided:installed.noVersion')}</bdi>
      </p>
      <p className="soft">
        {active?.releaseCounter === undefined || active.releaseCounter === null
          ? null
          : t('guided:installed.counter', { counter: count(active.releaseCounter) })}
      </p>
      <p className="soft">
        {ecu.layout === 'single'
          ? t('guided:installed.single')
          : t('guided:installed.dual', { bank: ecu.activeBank })}
      </p>
      <p className="soft">
        {ecu.rollback.possible
          ? t('guided:installed.back', { version: ecu.rollback.toVersion })
          : whyNot(ecu.rollback.refusal)}
      </p>
    </article>
  );
}

/** Without a previous image that is all there is to say; otherwise something stands in the way. */
function whyNot({ code, reason }: RefusalView): string {
  if (code === 'NO_VALID_BANK') return t('guided:installed.noBack');
  return textOrNull(`codes:${code}.title`) ?? told(reason);
}
