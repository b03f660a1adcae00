import { NumberInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { ScenarioView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { latestRun } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { ScenarioHead } from './scenario-head.tsx';
import { Steps } from './steps.tsx';
import { wordsOf } from './words.ts';
import { cli } from '../../state/cli-commands.ts';

/** As the contract has it. */
const LARGEST_SEED = 4_294_967_295;

/** What it shows, its steps, and its newest run as it goes. */
export function ScenarioDetail(props: { scenario: ScenarioView }): ReactNode {
  const { scenario } = props;
  const { id, tags, seed: ownSeed, steps } = scenario;
  const { title } = wordsOf(scenario);
  const run = useLab((store) => latestRun(store.runs.values(), id, false));
  const [seed, setSeed] = useState<number | string>(ownSeed);
  const otherSeed = typeof seed === 'number' && seed !== ownSeed ? seed : null;
  return (
    <section className="panel lab-detail" aria-label={title} data-testid="scenario-detail">
      <ScenarioHead
        scenario={scenario}
        run={run}
        wanted={{ id, ...(typeof seed === 'number' ? { seed } : {}) }}
        command={cli.scenario([id], { seed: otherSeed })}
        verb={run === null ? t('lab:detail.run') : t('lab:detail.runAgain')}
        icon={<IconPlayerPlay size={15} aria-hidden />}
      >
        <label className="row" htmlFor={`seed-${id}`}>
          <span className="faint">{t('lab:detail.seed')}</span>
          <NumberInput
            id={`seed-${id}`}
            w={120}
            min={0}
            max={LARGEST_SEED}
            clampBehavior="strict"
            allowDecimal={false}
            allowNegative={false}
            placeholder={ownSeed.toString()}
            title={t('lab:detail.seedSays')}
            value={seed}
            onChange={setSeed}
          />
        </label>
        <span className="faint clip">{tags.join(' · ')}</span>
      </ScenarioHead>
      <Steps titles={steps} run={run} label={t('lab:detail.stepsOf', { title })} follow />
    </section>
  );
}
