import { Button } from '@mantine/core';
import { IconBolt, IconPencil, IconPlayerStop } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import type { ScenarioView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { asCommand, isOver, latestRun } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { openDraft } from '../../state/scenario-draft.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { startRun, stopRun } from './commands.ts';
import { RunResult } from './run-result.tsx';
import { Steps } from './steps.tsx';
import { StoppedBy } from './stopped-by.tsx';
import { WithoutCheck } from './without-check.tsx';

const ICON = { size: 15, 'aria-hidden': true } as const;

/** One attack: what it does, which check stops it, and what would happen without that check. */
export function AttackDetail(props: { scenario: ScenarioView }): ReactNode {
  const { id, title, summary, steps, attack } = props.scenario;
  const run = useLab((store) => latestRun(store.runs.values(), id, false));
  const start = useCommand(startRun);
  const stop = useCommand(stopRun);
  const edit = useCommand(
    useCallback(
      async (client: Client) => {
        const { text } = await client.lab.text({ id });
        openDraft(`${id}.json`, text);
        showScreen('lab', 'scenarios');
      },
      [id],
    ),
  );
  const busy = run !== null && !isOver(run);
  const command = asCommand(id);
  return (
    <section className="panel lab-detail" aria-label={title} data-testid="attack-detail">
      <div className="lab-detail-head">
        <h2>{title}</h2>
        <p className="soft">{summary}</p>
        <div className="row lab-controls">
          {busy ? (
            <Button
              color="red"
              leftSection={<IconPlayerStop {...ICON} />}
              loading={stop.state.kind === 'running'}
              onClick={() => void stop.run(run.runId)}
            >
              Stop
            </Button>
          ) : (
            <Button
              leftSection={<IconBolt {...ICON} />}
              loading={start.state.kind === 'running'}
              data-testid="attack-run"
              onClick={() => void start.run({ id })}
            >
              {run === null ? 'Attack' : 'Attack again'}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconPencil {...ICON} />}
            loading={edit.state.kind === 'running'}
            onClick={() => void edit.run()}
          >
            Open its text
          </Button>
          <div className="row cli">
            <code className="mono clip" title={command}>
              {command}
            </code>
            <Copy text={command} what="command" />
          </div>
        </div>
        {[start, stop, edit].map((each, index) =>
          each.state.kind === 'refused' ? (
            <Refusal key={index} refusal={each.state.refusal} onClose={each.dismiss} />
          ) : null,
        )}
        {run === null ? null : <RunResult run={run} />}
      </div>
      <div className="lab-detail-body">
        {attack === null ? null : (
          <>
            <StoppedBy attack={attack} run={run} />
            <WithoutCheck id={id} title={title} attack={attack} />
          </>
        )}
        <h3 className="lab-sub">Steps of the attack</h3>
        <Steps titles={steps} run={run} label={`Steps of ${title}`} />
      </div>
    </section>
  );
}
