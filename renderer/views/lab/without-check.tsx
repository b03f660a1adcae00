import { Button } from '@mantine/core';
import { IconShieldOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AttackView, ScenarioView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { isOver, latestRun, outcomeOf } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { startRun } from './commands.ts';
import { RunResult } from './run-result.tsx';
import { Steps } from './steps.tsx';
import { wordsOf } from './words.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

/** What the check is good for: told, and where it can be left out, shown. */
export function WithoutCheck(props: { scenario: ScenarioView; attack: AttackView }): ReactNode {
  const { scenario, attack } = props;
  const { id } = scenario;
  const { title, without } = wordsOf(scenario);
  const run = useLab((store) => latestRun(store.runs.values(), id, true));
  const start = useCommand(startRun);
  const kind = outcomeOf(run).kind;
  const busy = run !== null && !isOver(run);
  return (
    <section
      className="lab-verdict"
      data-tone={kind === 'harmed' ? 'warn' : 'quiet'}
      data-testid="without-check"
      data-outcome={kind}
    >
      <h3>
        <IconShieldOff size={16} aria-hidden />
        {t('lab:without.title')}
      </h3>
      <p dir="auto">{without}</p>
      {attack.counterfactual ? (
        <div className="row lab-controls">
          <Button
            variant="default"
            leftSection={<IconShieldOff size={15} aria-hidden />}
            loading={start.state.kind === 'running' || busy}
            data-testid="run-without"
            onClick={() => void start.run({ id, counterfactual: true })}
          >
            {run === null ? t('lab:without.run') : t('lab:without.runAgain')}
          </Button>
          <span className="faint">{t('lab:without.says')}</span>
          <span className="spring" />
          <CopyCommand compact command={cli.scenario([id], { counterfactual: true })} />
        </div>
      ) : (
        <p className="faint">{t('lab:without.noRun')}</p>
      )}
      {start.state.kind === 'refused' ? (
        <Refusal refusal={start.state.refusal} onClose={start.dismiss} />
      ) : null}
      {run === null ? null : (
        <>
          <RunResult run={run} />
          {kind === 'harmed' ? (
            <p>
              <strong>{t('lab:without.harmed')}</strong> {t('lab:without.harmedSays')}
            </p>
          ) : kind === 'held' ? (
            <p>{t('lab:without.held')}</p>
          ) : null}
          <Steps titles={[]} run={run} label={t('lab:without.stepsOf', { title })} />
        </>
      )}
    </section>
  );
}
