import { IconCarSuv, IconCpu, IconServer2, IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BenchView, EcuView, RoleName, UpdateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { hasEnded, placeOf, type Place } from '../../state/path.ts';
import { ecuOf, useVehicles } from '../../state/vehicles.store.ts';
import { Tag } from '../../ui/tag.tsx';
import { doingWords, toneOf, type Tone } from '../../ui/words.ts';
import { Banks } from '../vehicles/banks.tsx';
import { Endpoints } from './endpoints.tsx';
import { RoleCommand, RoleControl } from './role-control.tsx';
import { Wire } from './wire.tsx';

const ICON = { size: 18, stroke: 1.7, 'aria-hidden': true } as const;

/** Backend → broker with its gatekeeper → DCU → ECU, as they stand now. */
export function Pipeline(props: { bench: BenchView; update: UpdateView | null }): ReactNode {
  const { bench, update } = props;
  const vehicles = useVehicles((store) => store.vehicles);
  const vin = update?.vin ?? vehicles?.[0]?.vin ?? null;
  const ecu = useVehicles((store) =>
    update ? ecuOf(store, update.vin, update.ecuId) : (store.vehicles?.[0]?.ecus[0] ?? null),
  );
  const count = vehicles?.find((vehicle) => vehicle.vin === vin)?.ecus.length ?? 0;
  const at = (place: Place): Standing => standing(place, update);
  const outside = bench.settings.externalBroker;
  const root = bench.settings.topicRoot;
  return (
    <div className="pipeline" data-testid="pipeline">
      <Station
        name={t('bench:pipeline.backend')}
        icon={<IconServer2 {...ICON} />}
        role="backend"
        at={at('backend')}
      >
        <RoleControl role="backend" state={bench.roles.backend} />
        <Endpoints bench={bench} role="backend" />
      </Station>
      <Wire root={root} between="backend" link={linkOf(bench, 'backend')} />
      <Station
        name={t(outside === null ? 'bench:pipeline.broker' : 'bench:pipeline.outsideBroker')}
        icon={<IconShieldCheck {...ICON} />}
        role="broker"
        at={at('gatekeeper')}
      >
        <RoleControl role="broker" state={bench.roles.broker} />
        {outside === null ? (
          <Endpoints bench={bench} role="broker" />
        ) : (
          <div className="mono clip">{outside.url}</div>
        )}
        <div className="station-inner">
          <span>{t('bench:pipeline.gatekeeper')}</span>
          <LinkTag state={linkOf(bench, 'gatekeeper')?.state ?? 'idle'} />
        </div>
      </Station>
      <Wire root={root} between="dcu" link={vin === null ? undefined : linkOf(bench, vin)} />
      <Station
        name={t('bench:pipeline.dcu')}
        icon={<IconCarSuv {...ICON} />}
        role="dcu"
        at={at('dcu')}
      >
        <RoleControl role="dcu" state={bench.roles.dcu} />
        {vin === null ? (
          <p className="faint">{t('bench:pipeline.noVehicle')}</p>
        ) : (
          <>
            <div className="mono clip" title={vin}>
              {vin}
            </div>
            <div className="faint">{t('ui:ecus', { count })}</div>
          </>
        )}
      </Station>
      <EcuWire update={update} ecu={ecu} />
      <Station
        name={ecu?.name ?? t('bench:pipeline.ecu')}
        icon={<IconCpu {...ICON} />}
        at={at('ecu')}
      >
        {ecu === null ? (
          <p className="faint">{t('bench:pipeline.noEcu')}</p>
        ) : (
          <>
            <div className="station-line">
              <span className="mono clip" title={ecu.hardwareId}>
                {ecu.ecuId}
              </span>
            </div>
            <Banks ecu={ecu} small />
          </>
        )}
      </Station>
    </div>
  );
}

type Standing = { kind: 'plain' } | { kind: 'here'; tone: Tone };

function standing(place: Place, update: UpdateView | null): Standing {
  if (update === null || placeOf(update) !== place) return { kind: 'plain' };
  return { kind: 'here', tone: toneOf(update) };
}

function Station(props: {
  name: string;
  icon: ReactNode;
  at: Standing;
  role?: RoleName;
  children: ReactNode;
}): ReactNode {
  const { at } = props;
  return (
    <div
      className="station"
      data-tone={at.kind === 'here' ? at.tone : undefined}
      aria-current={at.kind === 'here' ? 'step' : undefined}
    >
      <div className="station-head">
        {props.icon}
        <h3 className="clip">{props.name}</h3>
        {props.role === undefined ? null : (
          <>
            <span className="spring" />
            <RoleCommand role={props.role} />
          </>
        )}
      </div>
      {props.children}
    </div>
  );
}

/** The last stretch is inside the vehicle: no message, the ECU's own activity. */
function EcuWire(props: { update: UpdateView | null; ecu: EcuView | null }): ReactNode {
  const active = props.ecu !== null && props.ecu.activity !== 'idle';
  const moving = active && props.update !== null && !hasEnded(props.update);
  return (
    <div className="wire" data-up={props.ecu !== null} data-moving={moving}>
      <div className="wire-message">{active ? doingWords(props.ecu?.activity ?? '') : ''}</div>
      <div className="wire-line" />
      <div className="wire-message" />
    </div>
  );
}

function linkOf(bench: BenchView, who: string): BenchView['links'][number] | undefined {
  return bench.links.find((link) => link.who === who);
}

const linkTones: Record<BenchView['links'][number]['state'], Tone> = {
  idle: 'quiet',
  connecting: 'busy',
  up: 'ok',
  lost: 'bad',
  closed: 'quiet',
};

function LinkTag(props: { state: BenchView['links'][number]['state'] }): ReactNode {
  return (
    <Tag tone={linkTones[props.state]} plain>
      {t(`bench:link.${props.state}`)}
    </Tag>
  );
}
