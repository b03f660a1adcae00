import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBolt,
  IconHandStop,
  IconPlayerPause,
  IconPlugConnectedX,
  IconZoomQuestion,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RoleName, UpdateView, VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import type { Situation } from '../../state/guided-steps.ts';
import { isOff } from '../../state/rack.ts';
import { useCommand } from '../../ui/use-command.ts';
import { startRoles } from './bench-off.tsx';
import { measuredText, wantedText } from './check-words.ts';
import { Exact, PlainRefusal, plainReason } from './plain.tsx';

type Kind = Exclude<Situation['kind'], 'going'>;

const icons: Record<Kind, TablerIcon> = {
  windowLost: IconPlugConnectedX,
  brokerOff: IconPlugConnectedX,
  backendOff: IconPlugConnectedX,
  stopped: IconBolt,
  offline: IconPlugConnectedX,
  asking: IconHandStop,
  held: IconPlayerPause,
  condition: IconAlertTriangle,
  silent: IconZoomQuestion,
};

/** What is in the way, why that is no disaster, and what to do now. */
export function SituationNote(props: {
  situation: Situation;
  update: UpdateView;
  vehicle: VehicleView | null;
}): ReactNode {
  const { situation, update, vehicle } = props;
  if (situation.kind === 'going') return null;
  const Icon = icons[situation.kind];
  return (
    <div
      className="guided-card guided-situation"
      data-tone={situation.kind === 'asking' ? 'busy' : 'warn'}
      data-testid="guided-situation"
      data-kind={situation.kind}
    >
      <Icon size={40} aria-hidden />
      <div>
        <h2>{t(`guided:situation.${situation.kind}.title`)}</h2>
        {situation.kind === 'condition' && situation.check.refusal !== null ? (
          <p className="guided-strong">
            {plainReason(situation.check.refusal)} {measuredText(situation.check)}{' '}
            <span className="soft">{wantedText(situation.check)}</span>
          </p>
        ) : null}
        <p>{t(`guided:situation.${situation.kind}.now`)}</p>
        {situation.kind === 'stopped' && vehicle?.fault ? <Exact refusal={vehicle.fault} /> : null}
      </div>
      <Act kind={situation.kind} update={update} vehicle={vehicle} />
    </div>
  );
}

function Act(props: { kind: Kind; update: UpdateView; vehicle: VehicleView | null }): ReactNode {
  const { kind, update, vehicle } = props;
  switch (kind) {
    case 'asking':
      return <Confirmation update={update} />;
    case 'brokerOff':
    case 'backendOff':
      return <Start roles={['broker', 'backend']} name={t('guided:off.start')} />;
    case 'offline':
      return vehicle !== null && isOff(vehicle) ? (
        <Start roles={['dcu']} name={t('guided:vehicle.away.switchOn')} />
      ) : null;
    default:
      return null;
  }
}

function Start(props: { roles: RoleName[]; name: string }): ReactNode {
  const { state, run } = useCommand(startRoles);
  return (
    <div className="guided-row">
      <Button
        size="lg"
        data-testid="guided-start-bench"
        loading={state.kind === 'running'}
        onClick={() => {
          void run(props.roles);
        }}
      >
        {props.name}
      </Button>
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
    </div>
  );
}

const answer = (client: Client, vin: string, updateId: string, accept: boolean): Promise<unknown> =>
  client.vehicles.confirm({ vin, updateId, accept });

/** The vehicle's own question before its first write. */
function Confirmation({ update }: { update: UpdateView }): ReactNode {
  const { state, run } = useCommand(answer);
  const { vin, updateId } = update;
  return (
    <div className="guided-row">
      <Button
        size="lg"
        variant="default"
        data-testid="guided-decline"
        loading={state.kind === 'running'}
        onClick={() => {
          void run(vin, updateId, false);
        }}
      >
        {t('guided:progress.decline')}
      </Button>
      <Button
        size="lg"
        data-testid="guided-accept"
        loading={state.kind === 'running'}
        onClick={() => {
          void run(vin, updateId, true);
        }}
      >
        {t('guided:progress.accept')}
      </Button>
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
    </div>
  );
}
