import { IconBolt } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ScenarioView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { latestRun } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { ScenarioHead } from './scenario-head.tsx';
import { Steps } from './steps.tsx';
import { StoppedBy } from './stopped-by.tsx';
import { WithoutCheck } from './without-check.tsx';
import { wordsOf } from './words.ts';
import { cli } from '../../state/cli-commands.ts';

/** One attack: what it does, which check stops it, and what would happen without that check. */
export function AttackDetail(props: { scenario: ScenarioView }): ReactNode {
  const { scenario } = props;
  const { id, steps, attack } = scenario;
  const { title } = wordsOf(scenario);
  const run = useLab((store) => latestRun(store.runs.values(), id, false));
  return (
    <section className="panel lab-detail" aria-label={title} data-testid="attack-detail">
      <ScenarioHead
        scenario={scenario}
        run={run}
        wanted={{ id }}
        command={cli.scenario([id])}
        verb={run === null ? t('lab:detail.attack') : t('lab:detail.attackAgain')}
        icon={<IconBolt size={15} aria-hidden />}
      />
      <div className="lab-detail-body">
        {attack === null ? null : (
          <>
            <StoppedBy attack={attack} run={run} />
            <WithoutCheck scenario={scenario} attack={attack} />
          </>
        )}
        <h3 className="lab-sub">{t('lab:detail.attackSteps')}</h3>
        <Steps titles={steps} run={run} label={t('lab:detail.stepsOf', { title })} />
      </div>
    </section>
  );
}
