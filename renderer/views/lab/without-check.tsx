import { Button } from '@mantine/core';
import { IconShieldOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AttackView } from '#core/contract';
import { asCommand, isOver, latestRun, outcomeOf } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { startRun } from './commands.ts';
import { RunResult } from './run-result.tsx';
import { Steps } from './steps.tsx';

/** What the check is good for: told, and where it can be left out, shown. */
export function WithoutCheck(props: { id: string; title: string; attack: AttackView }): ReactNode {
  const { id, title, attack } = props;
  const run = useLab((store) => latestRun(store.runs.values(), id, true));
  const start = useCommand(startRun);
  const kind = outcomeOf(run).kind;
  const busy = run !== null && !isOver(run);
  return (
    <section
      className="verdict"
      data-tone={kind === 'harmed' ? 'warn' : 'quiet'}
      data-testid="without-check"
      data-outcome={kind}
    >
      <h3>
        <IconShieldOff size={16} aria-hidden />
        Without this check
      </h3>
      <p>{attack.without}</p>
      {attack.counterfactual ? (
        <div className="row lab-controls">
          <Button
            variant="default"
            leftSection={<IconShieldOff size={15} aria-hidden />}
            loading={start.state.kind === 'running' || busy}
            data-testid="run-without"
            onClick={() => void start.run({ id, counterfactual: true })}
          >
            {run === null ? 'Run it without the check' : 'Run it again without the check'}
          </Button>
          <span className="faint">On a throw-away bench with the check switched off.</span>
          <span className="spring" />
          <Copy text={asCommand(id, { counterfactual: true })} what="command without the check" />
        </div>
      ) : (
        <p className="faint">
          This attack has no run without its check: the harm is told here, not shown.
        </p>
      )}
      {start.state.kind === 'refused' ? (
        <Refusal refusal={start.state.refusal} onClose={start.dismiss} />
      ) : null}
      {run === null ? null : (
        <>
          <RunResult run={run} />
          {kind === 'harmed' ? (
            <p>
              <strong>The attack went through.</strong> The last step shows what it left behind.
            </p>
          ) : kind === 'held' ? (
            <p>Another check stood in its way: the failed step says which.</p>
          ) : null}
          <Steps titles={[]} run={run} label={`Steps of ${title} without the check`} />
        </>
      )}
    </section>
  );
}
