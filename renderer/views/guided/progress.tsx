import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { GuidedCheck, UpdateView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { useConnection } from '../../state/connection.store.ts';
import { startAnew, useGuided } from '../../state/guided.store.ts';
import { phaseOf, situationOf } from '../../state/guided-steps.ts';
import { remaining, roundedMs, type Remaining } from '../../state/remaining.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import type { Client } from '../../connect.ts';
import { duration } from '../../ui/format.ts';
import { useAsk } from '../../ui/use-ask.ts';
import { BenchOff, isReady } from './bench-off.tsx';
import { Frame } from './frame.tsx';
import { Orders } from './orders.tsx';
import { SituationNote } from './situation.tsx';
import { Speaker } from './speaker.tsx';
import { useChecks } from './use-checks.ts';
import { useSamples } from './use-samples.ts';
import { told } from '../../ui/told/told.ts';

/** Readable from three metres: how far, what it does, how long still, and what to do now. */
export function Progress(): ReactNode {
  const updateId = useGuided((store) => store.run.updateId);
  const update = useUpdates((store) => store.updates?.find((each) => each.updateId === updateId));
  const bench = useBench((store) => store.bench);
  if (update === undefined && bench !== null && !isReady(bench)) {
    // After a restart the books are closed until the backend opens them.
    return (
      <Frame title={t('guided:situation.backendOff.title')}>
        <p className="guided-strong">{t('guided:situation.backendOff.now')}</p>
        <BenchOff bench={bench} />
      </Frame>
    );
  }
  if (update === undefined) {
    return (
      <Frame
        title={t('guided:progress.title')}
        primary={{ name: t('guided:otherVehicle'), onPress: startAnew }}
      >
        <p className="guided-strong">{t('guided:progress.unknownUpdate')}</p>
      </Frame>
    );
  }
  return <Running update={update} />;
}

const CONDITIONS: ReadonlySet<GuidedCheck['check']> = new Set(['supply', 'temperature', 'parked']);

function Running({ update }: { update: UpdateView }): ReactNode {
  const connected = useConnection((store) => store.state.kind === 'up');
  const bench = useBench((store) => store.bench);
  const vehicle =
    useVehicles((store) => store.vehicles?.find(({ vin }) => vin === update.vin)) ?? null;
  const answer = useChecks();
  const now = useNow();
  const { samples, changedAt } = useSamples(update);
  const usualMs = useUsual(update);
  const unmet =
    answer.kind === 'told'
      ? answer.value.checks.filter(({ check, state }) => state === 'unmet' && CONDITIONS.has(check))
      : [];
  const situation = situationOf({
    ...{ connected, bench, vehicle, update, unmet },
    quietMs: now - changedAt,
  });
  const phase = t(`guided:phase.${phaseOf(update)}`);
  const stands = situation.kind !== 'going' && situation.kind !== 'condition';
  const left: Remaining = stands
    ? { kind: 'unknown' }
    : remaining(samples, now, { usualMs, several: update.members.length > 0 });
  return (
    <Frame
      title={t('guided:progress.title')}
      aside={<Orders update={update} />}
      says={t('guided:progress.of', {
        version: update.version,
        ecu: ecusOf(update, vehicle?.ecus ?? []),
        vin: update.vin,
      })}
    >
      <div className="guided-running" data-situation={situation.kind} data-testid="guided-running">
        <p className="guided-percent" aria-hidden data-testid="guided-percent">
          {update.progress}
          <span> %</span>
        </p>
        <div className="guided-running-text">
          <p className="guided-phase" data-testid="guided-phase" data-phase={phaseOf(update)}>
            {phase}
          </p>
          <p className="guided-left">{leftText(left)}</p>
          <p className="soft">
            {t('guided:progress.since', { time: duration(Math.max(0, now - update.createdAt)) })}
          </p>
        </div>
        <div
          className="bar guided-bar"
          role="progressbar"
          aria-label={t('guided:progress.bar')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={update.progress}
          aria-valuetext={t('guided:progress.percent', { percent: update.progress })}
        >
          <div style={{ width: `${String(update.progress)}%` }} />
        </div>
      </div>
      <SituationNote situation={situation} update={update} vehicle={vehicle} />
      <p className="soft">{t('guided:progress.leave')}</p>
      <Speaker phase={phase} percent={update.progress} situation={situation.kind} />
    </Frame>
  );
}

function ecusOf(update: UpdateView, ecus: readonly { ecuId: string; name: string }[]): string {
  if (update.members.length > 0) {
    return t('guided:progress.ecus', { count: update.members.length });
  }
  return told(ecus.find(({ ecuId }) => ecuId === update.ecuId)?.name ?? update.ecuId);
}

function leftText(left: Remaining): string {
  switch (left.kind) {
    case 'unknown':
      return t('guided:progress.unknown');
    case 'phase':
      return t('guided:progress.phase', { time: duration(roundedMs(left.ms)) });
    case 'whole':
      return t('guided:progress.whole', { time: duration(roundedMs(left.ms)) });
  }
}

/** What such updates took so far. */
function useUsual({ vin, ecuId, releaseId }: UpdateView): number | null {
  const { answer } = useAsk(useCallback((client: Client) => client.guided.plan({ vin }), [vin]));
  if (answer.kind !== 'told') return null;
  const mine = answer.value.fits.find(
    (fit) => fit.ecuId === ecuId && fit.release.releaseId === releaseId,
  );
  return mine?.usualMs ?? null;
}

const SECOND_MS = 1_000;

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, SECOND_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
