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
import { doingOf, type Doing } from '../../state/rack.ts';
import { showScreen } from '../../state/screen.store.ts';
import { shownLine } from '../../ui/safe-text.ts';
import type { Tone } from '../../ui/words.ts';

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
      <span className="rack-online faint">{vehicle.online ? 'online' : 'offline'}</span>
      <span className="rack-doing clip" title={doing.words}>
        {doing.words}
        {doing.progress === null ? '' : ` · ${String(doing.progress)} %`}
      </span>
      {faults > 0 ? (
        <span className="rack-faults" title="Faults set on purpose">
          <IconBolt size={12} aria-hidden /> {faults}
          <span className="visually-hidden"> {faults === 1 ? 'fault' : 'faults'} set</span>
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
