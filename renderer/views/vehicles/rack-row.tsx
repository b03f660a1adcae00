import {
  IconAlertOctagon,
  IconBolt,
  IconCircleCheck,
  IconCircleDashed,
  IconHandStop,
  IconLoader2,
  IconPlayerPause,
  IconPower,
  IconQuestionMark,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { doingOf, type Doing } from '../../state/rack.ts';
import { showScreen } from '../../state/screen.store.ts';
import { shownLine } from '../../ui/safe-text.ts';
import { percent } from '../../ui/format.ts';
import { doingWords, type Tone } from '../../ui/words.ts';

function wordsOf(doing: Doing): string {
  switch (doing.kind) {
    case 'stopped':
      return t('vehicles:rack.stopped', { code: doing.code });
    case 'down':
      return t('vehicles:rack.down', { ecu: doing.ecu });
    case 'waiting':
      return t('vehicles:rack.waiting', { ecu: doing.ecu });
    case 'paused':
      return t('vehicles:rack.paused', { ecu: doing.ecu });
    case 'busy':
      return `${doingWords(doing.phase)} · ${doing.ecu}`;
    case 'off':
      return t('vehicles:rack.off');
    case 'silent':
      return t('vehicles:rack.silent');
    case 'idle':
      return doingWords('idle');
  }
}

/** One shape for each, so that nothing is told by colour alone. */
const looks = {
  stopped: { icon: IconAlertOctagon, tone: 'bad' },
  down: { icon: IconAlertOctagon, tone: 'bad' },
  waiting: { icon: IconHandStop, tone: 'warn' },
  paused: { icon: IconPlayerPause, tone: 'warn' },
  busy: { icon: IconLoader2, tone: 'busy' },
  off: { icon: IconPower, tone: 'quiet' },
  silent: { icon: IconQuestionMark, tone: 'quiet' },
  idle: { icon: IconCircleCheck, tone: 'ok' },
} as const satisfies Record<Doing['kind'], { icon: typeof IconBolt; tone: Tone }>;

export function RackRow(props: {
  vehicle: VehicleView;
  faults: number;
  isChosen: boolean;
  place: { index: number; of: number; start: number };
}): ReactNode {
  const { vehicle, faults, isChosen, place } = props;
  const doing = doingOf(vehicle);
  const look = looks[doing.kind];
  const { tone } = look;
  // Idle and out of reach is not well.
  const Icon = doing.kind === 'idle' && !vehicle.online ? IconCircleDashed : look.icon;
  const vin = shownLine(vehicle.vin);
  const words = wordsOf(doing);
  return (
    <div
      id={`rack-${vehicle.vin}`}
      className="rack-row"
      role="option"
      aria-selected={isChosen}
      aria-posinset={place.index + 1}
      aria-setsize={place.of}
      data-testid={`rack-${vehicle.vin}`}
      data-tone={doing.kind === 'idle' && !vehicle.online ? 'quiet' : tone}
      data-doing={doing.kind}
      style={{ transform: `translateY(${String(place.start)}px)` }}
      onClick={() => {
        showScreen('vehicles', vehicle.vin);
      }}
    >
      <Icon size={16} stroke={2} aria-hidden />
      <span className="rack-vin mono clip" title={vin}>
        <bdi>{vin}</bdi>
      </span>
      <span className="rack-online faint">
        {vehicle.online ? t('vehicles:rack.online') : t('vehicles:rack.isOffline')}
      </span>
      <span className="rack-doing clip" title={words}>
        {words}
        {doing.progress === null ? '' : ` · ${percent(doing.progress)}`}
      </span>
      {faults > 0 ? (
        <span className="rack-faults" title={t('vehicles:rack.faultsTip')}>
          <IconBolt size={12} aria-hidden /> {faults}
          <span className="visually-hidden">
            {' '}
            {t('vehicles:rack.faultsSet', { count: faults })}
          </span>
        </span>
      ) : null}
      {doing.progress === null ? null : (
        <span className="rack-bar" aria-hidden>
          <span style={{ width: `${String(doing.progress)}%` }} />
        </span>
      )}
    </div>
  );
}
