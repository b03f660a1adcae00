import { Button, TextInput } from '@mantine/core';
import { useCallback, useState, type ReactNode } from 'react';
import type { FitView, GuidedItem } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useBench } from '../../state/bench.store.ts';
import { goTo, toggleChoice, useGuided } from '../../state/guided.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { useAsk, type Answer } from '../../ui/use-ask.ts';
import { useCommand } from '../../ui/use-command.ts';
import { BenchOff, isReady } from './bench-off.tsx';
import { notTold } from './checks.tsx';
import { Frame } from './frame.tsx';
import { PlainRefusal } from './plain.tsx';
import { FitCard, UnfitRow } from './release-card.tsx';
import { told } from '../../ui/told/told.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

/** More cards than these are found by their words. */
const SHOWN = 24;
const SEARCHED_FROM = 8;
const ORDER: readonly FitView['relation'][] = ['newer', 'unknown', 'same', 'older'];

/** Every release of the catalogue: those that fit to choose from, the others with their reason. */
export function Releases(): ReactNode {
  const run = useGuided((store) => store.run);
  const vin = run.vin ?? '';
  const { chosen } = run;
  const bench = useBench((store) => store.bench);
  const ready = bench !== null && isReady(bench);
  // Asked again when the vehicle reports something else.
  const reported = useVehicles((store) => reportedBy(store.vehicles, vin));
  const ask = useCallback(
    (client: Client) => client.guided.plan({ vin, chosen: [...chosen] }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked again with every report
    [vin, chosen, reported],
  );
  const { answer, again } = useAsk(ready ? ask : null);
  const fits = answer.kind === 'told' ? answer.value.fits : [];
  const off = bench !== null && !ready;
  return (
    <Frame
      title={t('guided:releases.title')}
      says={t('guided:releases.says')}
      back={() => {
        goTo('installed');
      }}
      primary={{
        name:
          chosen.length === 0
            ? t('guided:releases.nextNone')
            : t('guided:releases.next', { count: chosen.length }),
        blocked: off ? t('guided:refused') : whyBlocked(chosen, answer),
        onPress: () => {
          goTo('checks');
        },
      }}
    >
      {off ? <BenchOff bench={bench} /> : null}
      {answer.kind === 'refused' ? (
        <PlainRefusal refusal={answer.refusal}>
          <Button size="md" variant="default" onClick={again}>
            {t('guided:tryAgain')}
          </Button>
        </PlainRefusal>
      ) : null}
      {answer.kind === 'asking' && ready ? <p className="soft">{t('guided:loading')}</p> : null}
      {answer.kind === 'told' ? (
        <Listed fits={fits} chosen={chosen} onSamples={again} vin={vin} />
      ) : null}
    </Frame>
  );
}

function whyBlocked(
  chosen: readonly GuidedItem[],
  answer: Answer<{ fits: FitView[] }>,
): string | null {
  if (chosen.length === 0) return t('guided:releases.why.none');
  if (answer.kind !== 'told') return notTold(answer);
  const { fits } = answer.value;
  return chosen.every((item) => isFit(fits, item)) ? null : t('guided:releases.why.unfit');
}

function isFit(fits: readonly FitView[], { releaseId, ecuId }: GuidedItem): boolean {
  return fits.some(
    (fit) => fit.release.releaseId === releaseId && fit.ecuId === ecuId && fit.refusal === null,
  );
}

function reportedBy(
  vehicles: ReturnType<typeof useVehicles.getState>['vehicles'],
  vin: string,
): string {
  const ecus = vehicles?.find((each) => each.vin === vin)?.ecus ?? [];
  return ecus
    .map(({ ecuId, banks, activeBank }) => {
      const active = banks.find(({ bank }) => bank === activeBank);
      return `${ecuId} ${active?.sha256 ?? ''} ${String(active?.releaseCounter)}`;
    })
    .join('\n');
}

const keyOf = ({ release, ecuId }: FitView): string => `${release.releaseId} ${ecuId ?? ''}`;

function Listed(props: {
  fits: readonly FitView[];
  chosen: readonly GuidedItem[];
  onSamples: () => void;
  vin: string;
}): ReactNode {
  const { fits, chosen } = props;
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = fits.filter(({ release, ecuName, ecuId }) =>
    [release.version, told(release.description), release.hardwareId, told(ecuName), ecuId ?? '']
      .join(' ')
      .toLowerCase()
      .includes(wanted),
  );
  const isChosen = (fit: FitView): boolean =>
    chosen.some((item) => item.releaseId === fit.release.releaseId && item.ecuId === fit.ecuId);
  const good = found
    // What was chosen stays in sight, also when it does not fit any more.
    .filter((fit) => fit.refusal === null || isChosen(fit))
    .sort((a, b) => ORDER.indexOf(a.relation) - ORDER.indexOf(b.relation));
  const bad = found.filter((fit) => fit.refusal !== null && !isChosen(fit));
  if (fits.length === 0) return <NoReleases onSamples={props.onSamples} />;
  return (
    <>
      {fits.length < SEARCHED_FROM ? null : (
        <TextInput
          size="lg"
          aria-label={t('guided:releases.search')}
          placeholder={t('guided:releases.search')}
          data-testid="guided-search"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
      )}
      {good.length === 0 ? <p className="guided-strong">{t('guided:releases.noneFits')}</p> : null}
      <ul className="guided-fits" aria-label={t('guided:releases.fits')}>
        {good.slice(0, SHOWN).map((fit) => (
          <li key={keyOf(fit)}>
            <FitCard fit={fit} isChosen={isChosen(fit)} onToggle={toggleChoice} />
          </li>
        ))}
      </ul>
      {good.length > SHOWN ? (
        <p className="soft">{t('guided:releases.more', { count: good.length - SHOWN })}</p>
      ) : null}
      {bad.length === 0 ? null : (
        <details className="guided-unfit" open={good.length === 0} data-testid="guided-unfit">
          <summary>{t('guided:releases.unfit', { count: bad.length })}</summary>
          <ul>
            {bad.slice(0, SHOWN).map((fit) => (
              <UnfitRow key={keyOf(fit)} fit={fit} />
            ))}
          </ul>
          {bad.length > SHOWN ? (
            <p className="soft">{t('guided:releases.more', { count: bad.length - SHOWN })}</p>
          ) : null}
        </details>
      )}
    </>
  );
}

const addSamples = (client: Client): Promise<unknown> => client.guided.addSamples();

function NoReleases(props: { onSamples: () => void }): ReactNode {
  const { state, run } = useCommand(addSamples);
  const workspace = useWorkspace();
  return (
    <div className="guided-card guided-note" data-testid="guided-no-releases">
      <div>
        <p>{t('guided:releases.empty')}</p>
        <Button
          size="md"
          variant="default"
          data-testid="guided-samples"
          loading={state.kind === 'running'}
          onClick={() => {
            void run().then((done) => {
              if (done) props.onSamples();
            });
          }}
        >
          {t('guided:releases.samples')}
        </Button>
        <CopyCommand command={cli.sampleReleases(workspace)} />
        {state.kind === 'refused' ? <PlainRefusal refusal={state.refusal} /> : null}
      </div>
    </div>
  );
}
