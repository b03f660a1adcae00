import {
  IconCheck,
  IconCircleDashed,
  IconCircleFilled,
  IconPointFilled,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { UpdateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { isRollback, stopsOf, type Stop } from '../../state/path.ts';
import { clockTime, duration } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import { signatureWords, stageTones, stageWords, type Tone } from '../../ui/words.ts';
import { told } from '../../ui/told/told.ts';

const marks = {
  done: IconCheck,
  current: IconCircleFilled,
  todo: IconPointFilled,
  skipped: IconCircleDashed,
  stopped: IconX,
} as const;

export function Stepper(props: { update: UpdateView }): ReactNode {
  const stops = stopsOf(props.update);
  const back = isRollback(props.update);
  return (
    <ol className="stepper" aria-label={t('bench:update.stages')}>
      {stops.map((stop) => (
        <StopView key={stop.stage} stop={stop} since={props.update.createdAt} back={back} />
      ))}
    </ol>
  );
}

function StopView(props: { stop: Stop; since: number; back: boolean }): ReactNode {
  const { stop } = props;
  const Mark = marks[stop.state];
  const signature = stop.signature ? signatureWords(stop.signature) : null;
  return (
    <li
      className="stop"
      data-state={stop.state}
      data-tone={stopTone(stop, props.back)}
      aria-current={stop.state === 'current' ? 'step' : undefined}
      title={[stop.at === null ? '' : clockTime(stop.at), told(stop.detail)]
        .filter(Boolean)
        .join(' · ')}
    >
      <div className="stop-mark">
        <Mark
          size={stop.state === 'current' ? 8 : 12}
          stroke={3}
          aria-label={t(`bench:stop.${stop.state}`)}
        />
      </div>
      <div className="stop-name">{stageWords(stop.stage)}</div>
      <div className="stop-when faint">
        {stop.at === null ? '' : `+${duration(stop.at - props.since)}`}
      </div>
      {signature ? (
        <Tag tone={signature.tone} plain title={signature.says}>
          {signature.word}
        </Tag>
      ) : null}
    </li>
  );
}

/** `back`: somebody asked for a rollback, so that arriving there is what was wanted. */
function stopTone(stop: Stop, back: boolean): Tone {
  if (stop.state === 'todo') return 'quiet';
  if (stop.state === 'done') return stop.stage === 'rolled_back' && !back ? 'warn' : 'ok';
  return stageTones[stop.stage];
}
