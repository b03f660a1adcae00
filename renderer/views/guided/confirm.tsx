import { IconBatteryOff, IconCarOff, IconPlugOff, IconShieldCheck } from '@tabler/icons-react';
import { useCallback, useEffect, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { changeRun, goTo, useGuided } from '../../state/guided.store.ts';
import { runningOn, type GuidedRun } from '../../state/guided-steps.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { isolated } from '../../ui/safe-text.ts';
import { duration } from '../../ui/format.ts';
import { roundedMs } from '../../state/remaining.ts';
import { useAsk } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { isReady } from './bench-off.tsx';
import { blockedBy } from './checks.tsx';
import { CliCommand } from './cli-command.tsx';
import { Frame } from './frame.tsx';
import { Exact, PlainRefusal, plainReason } from './plain.tsx';
import { attachToSession } from './report-session.ts';
import { Busy } from './unreachable.tsx';
import { useChecks } from './use-checks.ts';
import { told } from '../../ui/told/told.ts';

/** Started under the run's own id: a second press, a reload or a restart starts nothing more. */
const start = async (client: Client, run: GuidedRun): Promise<void> => {
  const { startId, vin, chosen, sessionId } = run;
  if (startId === null || vin === null) return;
  const { updateId } = await client.guided.start({ startId, vin, items: [...chosen] });
  changeRun({ updateId });
  goTo('progress', 'replace');
  await attachToSession(client, sessionId, updateId);
};

/** Everything that is about to happen, in one look, and one button. */
export function Confirm(): ReactNode {
  const run = useGuided((store) => store.run);
  const vin = run.vin ?? '';
  const bench = useBench((store) => store.bench);
  const running = useUpdates((store) => runningOn(vin, store.updates ?? []));
  const { state, run: begin } = useCommand(start);
  const checks = useChecks();
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
        blocked: checks.kind === 'asking' ? t('guided:loading') : blockedBy(unmet),
        onPress: () => {
          void begin(useGuided.getState().run);
        },
      }}
    >
      {running === null ? null : <Busy update={running} />}
      {unmet.map(({ check, refusal }) =>
        refusal === null || (check === 'idle' && running !== null) ? null : (
          <PlainRefusal key={check} refusal={refusal} />
        ),
      )}
      {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
      <Facts run={run} ready={bench !== null && isReady(bench)} />
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

function Facts(props: { run: GuidedRun; ready: boolean }): ReactNode {
  const { vin, chosen, operator, order, purpose } = props.run;
  const said = { operator: isolated(operator), purpose: isolated(purpose) };
  const ask = useCallback(
    (client: Client) => client.guided.plan({ vin: vin ?? '', chosen: [...chosen] }),
    [vin, chosen],
  );
  const { answer } = useAsk(props.ready ? ask : null);
  const fits = answer.kind === 'told' ? answer.value.fits : [];
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
