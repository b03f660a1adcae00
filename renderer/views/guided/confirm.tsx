import { IconBatteryOff, IconCarOff, IconPlugOff, IconShieldCheck } from '@tabler/icons-react';
import { useCallback, useEffect, type ReactNode } from 'react';
import type { FitView, GuidedCheck } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { changeRun, goTo, useGuided } from '../../state/guided.store.ts';
import { runningOn, type GuidedRun } from '../../state/guided-steps.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { isolated } from '../../ui/safe-text.ts';
import { duration } from '../../ui/format.ts';
import { roundedMs } from '../../state/remaining.ts';
import { useAsk, type Answer } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { isReady } from './bench-off.tsx';
import { blockedBy, notTold } from './checks.tsx';
import { CliCommand } from './cli-command.tsx';
import { Frame } from './frame.tsx';
import { Exact, PlainRefusal, plainReason } from './plain.tsx';
import { startUpdate } from './report-session.ts';
import { Busy } from './unreachable.tsx';
import { useChecks, useRepeated } from './use-checks.ts';
import { told } from '../../ui/told/told.ts';

/** Everything that is about to happen, in one look, and one button. */
export function Confirm(): ReactNode {
  const run = useGuided((store) => store.run);
  const vin = run.vin ?? '';
  const bench = useBench((store) => store.bench);
  const running = useUpdates((store) => runningOn(vin, store.updates ?? []));
  const { state, run: begin } = useCommand(startUpdate);
  const checks = useChecks();
  const plan = usePlan(run, bench !== null && isReady(bench));
  const unmet =
    checks.kind === 'told' ? checks.value.checks.filter((each) => each.state === 'unmet') : [];
  useEffect(() => {
    if (run.startId === null) changeRun({ startId: crypto.randomUUID() });
  }, [run.startId]);
  return (
    <Frame
      title={t('guided:confirm.title')}
      back={
        state.kind === 'running'
          ? null
          : () => {
              goTo('checks');
            }
      }
      primary={{
        name: t('guided:confirm.start'),
        busy: state.kind === 'running',
        // What is not said here yet, nobody can have agreed to.
        blocked: whyBlocked(checks, plan, unmet),
        onPress: () => {
          void begin(useGuided.getState().run);
        },
      }}
    >
      {running === null ? null : <Busy update={running} />}
      {checks.kind === 'refused' ? (
        <PlainRefusal refusal={checks.refusal} />
      ) : plan.kind === 'refused' ? (
        <PlainRefusal refusal={plan.refusal} />
      ) : null}
      {unmet.map(({ check, refusal }) =>
        refusal === null || (check === 'idle' && running !== null) ? null : (
          <PlainRefusal key={check} refusal={refusal} />
        ),
      )}
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
      <Facts run={run} fits={plan.kind === 'told' ? plan.value.fits : []} />
      <ul className="guided-donts" aria-label={t('guided:confirm.meanwhile')}>
        <li>
          <IconBatteryOff size={26} aria-hidden /> {t('guided:confirm.dont.power')}
        </li>
        <li>
          <IconCarOff size={26} aria-hidden /> {t('guided:confirm.dont.drive')}
        </li>
        <li>
          <IconPlugOff size={26} aria-hidden /> {t('guided:confirm.dont.plug')}
        </li>
        <li data-tone="ok">
          <IconShieldCheck size={26} aria-hidden /> {t('guided:confirm.safe')}
        </li>
      </ul>
      <CliCommand run={run} />
    </Frame>
  );
}

/** Said at the button; a refusal stands above it. */
function whyBlocked(
  checks: Answer<unknown>,
  plan: Answer<unknown>,
  unmet: readonly GuidedCheck[],
): string | null {
  if (checks.kind !== 'told') return notTold(checks);
  if (unmet.length > 0) return blockedBy(unmet);
  return plan.kind === 'told' ? null : notTold(plan);
}

/** What will be changed; asked for again while it is refused, as why may pass. */
function usePlan({ vin, chosen }: GuidedRun, ready: boolean): Answer<{ fits: FitView[] }> {
  const ask = useCallback(
    (client: Client) => client.guided.plan({ vin: vin ?? '', chosen: [...chosen] }),
    [vin, chosen],
  );
  const { answer, again } = useAsk(ready ? ask : null);
  useRepeated(again, answer.kind === 'refused');
  return answer;
}

function Facts(props: { run: GuidedRun; fits: readonly FitView[] }): ReactNode {
  const { fits } = props;
  const { vin, chosen, operator, order, purpose } = props.run;
  const said = { operator: isolated(operator), purpose: isolated(purpose) };
  const items = chosen.flatMap(
    ({ releaseId, ecuId }) =>
      fits.find((fit) => fit.release.releaseId === releaseId && fit.ecuId === ecuId) ?? [],
  );
  const usual = items.map(({ usualMs }) => usualMs);
  const known = usual.every((each) => each !== null);
  return (
    <div className="guided-card guided-facts" data-testid="guided-facts">
      <p className="guided-fact-label">{t('guided:confirm.vehicle')}</p>
      <p className="guided-fact mono">
        <bdi>{vin}</bdi>
      </p>
      {items.map(({ release, ecuName, installedVersion, refusal }) => (
        <div key={release.releaseId} className="guided-change">
          <p className="guided-fact-label">
            {t('guided:confirm.ecu')} <bdi>{told(ecuName)}</bdi>
          </p>
          <p className="guided-fact mono" data-testid="guided-change">
            <bdi>{installedVersion ?? t('guided:installed.noVersion')}</bdi>
            {' → '}
            <bdi>{release.version}</bdi>
          </p>
          {refusal === null ? null : (
            <div data-tone="bad" className="guided-fit-why">
              {plainReason(refusal)}
              <Exact refusal={refusal} />
            </div>
          )}
        </div>
      ))}
      {chosen.length > 1 ? <p className="soft">{t('guided:confirm.together')}</p> : null}
      <p className="guided-fact-label">{t('guided:confirm.duration')}</p>
      <p>
        {known && usual.length > 0
          ? t('guided:confirm.usual', {
              time: duration(roundedMs(usual.reduce((sum, each) => sum + each, 0))),
            })
          : t('guided:confirm.never')}
      </p>
      <p className="soft">
        {order.trim() === ''
          ? t('guided:confirm.noteNoOrder', said)
          : t('guided:confirm.note', { ...said, order: isolated(order) })}
      </p>
    </div>
  );
}
