import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { GuidedCheck } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { goTo, useGuided } from '../../state/guided.store.ts';
import { runningOn } from '../../state/guided-steps.ts';
import { showScreen } from '../../state/screen.store.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import type { Answer } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { startRoles } from './bench-off.tsx';
import { CheckLine } from './check-line.tsx';
import { Frame } from './frame.tsx';
import { PlainRefusal } from './plain.tsx';
import { Busy, Unreachable } from './unreachable.tsx';
import { useChecks } from './use-checks.ts';

/** The list that is gone through before anything is touched, with what is measured now. */
export function Checks(): ReactNode {
  const answer = useChecks();
  const checks = answer.kind === 'told' ? answer.value.checks : [];
  const unmet = checks.filter(({ state }) => state === 'unmet');
  return (
    <Frame
      title={t('guided:checks.title')}
      says={t('guided:checks.says')}
      back={() => {
        goTo('releases');
      }}
      primary={{
        name: unmet.length === 0 ? t('guided:checks.next') : t('guided:checks.nextBlocked'),
        blocked: answer.kind === 'told' ? blockedBy(unmet) : notTold(answer),
        onPress: () => {
          goTo('confirm');
        },
      }}
    >
      {answer.kind === 'refused' ? <PlainRefusal refusal={answer.refusal} /> : null}
      {answer.kind === 'told' ? (
        <p className="visually-hidden" role="status">
          {unmet.length === 0
            ? t('guided:checks.allMet')
            : t('guided:checks.live', { open: unmet.length, of: checks.length })}
        </p>
      ) : null}
      <ul className="guided-checks" data-testid="guided-checks">
        {checks.map((check) => (
          <CheckLine key={check.check} check={check}>
            <Help check={check} />
          </CheckLine>
        ))}
      </ul>
    </Frame>
  );
}

/** Why nothing is known to go on by; what was refused stands above it. */
export function notTold({ kind }: Answer<unknown>): string {
  return kind === 'refused' ? t('guided:refused') : t('guided:loading');
}

/** Names what is missing, so that the button beside it explains itself. */
export function blockedBy(unmet: readonly GuidedCheck[]): string | null {
  if (unmet.length === 0) return null;
  return t('guided:checks.blocked', {
    what: unmet.map(({ check }) => t(`guided:check.${check}`)).join(', '),
  });
}

const CONDITIONS: ReadonlySet<GuidedCheck['check']> = new Set([
  'supply',
  'temperature',
  'ignition',
  'parked',
  'space',
]);

/** What can be done about it from here. */
function Help({ check }: { check: GuidedCheck }): ReactNode {
  const vin = useGuided((store) => store.run.vin) ?? '';
  const vehicle = useVehicles((store) => store.vehicles?.find((each) => each.vin === vin)) ?? null;
  const running = useUpdates((store) => runningOn(vin, store.updates ?? []));
  const { state, run } = useCommand(startRoles);
  if (check.state !== 'unmet') return null;
  if (check.check === 'broker' || check.check === 'backend') {
    return (
      <>
        <Button
          size="md"
          data-testid="guided-start-bench"
          loading={state.kind === 'running'}
          onClick={() => {
            void run(['broker', 'backend']);
          }}
        >
          {t('guided:checks.start')}
        </Button>
        {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
      </>
    );
  }
  if (check.check === 'online') return <Unreachable vin={vin} vehicle={vehicle} />;
  if (check.check === 'idle' && running !== null) return <Busy update={running} />;
  if (!CONDITIONS.has(check.check) || vehicle?.simulated !== true) return null;
  return (
    <p className="soft">
      {t('guided:checks.simulated')}{' '}
      <Button
        size="md"
        variant="subtle"
        onClick={() => {
          showScreen('vehicles', vin);
        }}
      >
        {t('guided:checks.toVehicles')}
      </Button>
    </p>
  );
}
