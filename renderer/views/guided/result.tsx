import { Button } from '@mantine/core';
import {
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconHistory,
  IconMoodEmpty,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { UpdateView } from '#core/contract';
import { t, textOrNull } from '../../i18n/index.ts';
import { goTo, tryAgain, useGuided } from '../../state/guided.store.ts';
import { outcomeOf, type Outcome } from '../../state/guided-steps.ts';
import { useUpdates } from '../../state/updates.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { duration } from '../../ui/format.ts';
import type { Tone } from '../../ui/words.ts';
import { Frame } from './frame.tsx';
import { EcuCard } from './installed.tsx';
import { Exact, plainReason } from './plain.tsx';
import { TakeBack } from './take-back.tsx';

const looks: Record<Outcome, { icon: TablerIcon; tone: Tone }> = {
  success: { icon: IconCircleCheckFilled, tone: 'ok' },
  refused: { icon: IconCircleXFilled, tone: 'bad' },
  rolledBack: { icon: IconHistory, tone: 'warn' },
  failed: { icon: IconCircleXFilled, tone: 'bad' },
  cancelled: { icon: IconMoodEmpty, tone: 'quiet' },
};

/** How it ended, what is installed now, and what comes next. */
export function Result(): ReactNode {
  const run = useGuided((store) => store.run);
  const update = useUpdates((store) =>
    store.updates?.find(({ updateId }) => updateId === run.updateId),
  );
  const vehicle =
    useVehicles((store) => store.vehicles?.find(({ vin }) => vin === update?.vin)) ?? null;
  if (update === undefined) return null;
  const outcome = outcomeOf(update);
  const { icon: Icon, tone } = looks[outcome];
  const touched = touchedBy(update);
  const last = update.steps.at(-1);
  return (
    <Frame
      title={t(`guided:outcome.${outcome}.title`)}
      primary={{
        name: t('guided:result.report'),
        onPress: () => {
          goTo('report');
        },
      }}
      aside={
        <>
          {outcome === 'success' ? null : (
            <Button size="lg" variant="default" data-testid="guided-retry" onClick={tryAgain}>
              {t('guided:result.retry')}
            </Button>
          )}
        </>
      }
    >
      <div
        className="guided-card guided-outcome"
        data-tone={tone}
        data-testid="guided-outcome"
        data-outcome={outcome}
        role="status"
      >
        <Icon size={64} aria-hidden />
        <div>
          <p className="guided-strong">{t(`guided:outcome.${outcome}.says`)}</p>
          {last === undefined ? null : (
            <p className="soft">
              {t('guided:result.took', { time: duration(last.at - update.createdAt) })}
            </p>
          )}
        </div>
      </div>
      <Reason update={update} />
      <h2 className="guided-list-head">{t('guided:result.now')}</h2>
      {vehicle?.online === true ? null : <p className="soft">{t('guided:result.offline')}</p>}
      <div className="guided-ecus" data-testid="guided-now">
        {vehicle?.ecus
          .filter(({ ecuId }) => touched.includes(ecuId))
          .map((ecu) => (
            <div key={ecu.ecuId} className="guided-ecu-place">
              <EcuCard vehicle={vehicle} ecu={ecu} />
              {outcome === 'success' ? <TakeBack vehicle={vehicle} ecu={ecu} /> : null}
            </div>
          ))}
      </div>
    </Frame>
  );
}

function touchedBy({ ecuId, members }: UpdateView): string[] {
  return members.length === 0 ? [ecuId] : members.map((member) => member.ecuId);
}

/** Why it did not go in, and what to do next. */
function Reason({ update }: { update: UpdateView }): ReactNode {
  const { refusal } = update;
  if (refusal === undefined) return null;
  const next = textOrNull(`codes:${refusal.code}.next`);
  return (
    <div className="guided-card guided-note" data-testid="guided-why" data-code={refusal.code}>
      <div>
        <h2>{t('guided:result.why')}</h2>
        <p className="guided-strong">{plainReason(refusal)}</p>
        {next === null ? null : (
          <>
            <h2>{t('guided:nextStep')}</h2>
            <p>{next}</p>
          </>
        )}
        <Exact refusal={refusal} />
      </div>
    </div>
  );
}
