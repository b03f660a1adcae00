import { Button, NumberInput } from '@mantine/core';
import { IconPencil, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { ScenarioView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { asCommand, isOver, latestRun } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { openDraft } from '../../state/scenario-draft.store.ts';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { startRun, stopRun } from './commands.ts';
import { RunResult } from './run-result.tsx';
import { Steps } from './steps.tsx';

const ICON = { size: 15, 'aria-hidden': true } as const;
/** As the contract has it. */
const LARGEST_SEED = 4_294_967_295;

/** What it shows, its steps, and its newest run as it goes. */
export function ScenarioDetail(props: { scenario: ScenarioView }): ReactNode {
  const { id, title, summary, tags, seed: ownSeed, steps } = props.scenario;
  const run = useLab((store) => latestRun(store.runs.values(), id, false));
  const [seed, setSeed] = useState<number | string>(ownSeed);
  const start = useCommand(startRun);
  const stop = useCommand(stopRun);
  const edit = useCommand(
    useCallback(
      async (client: Client) => {
        const { text } = await client.lab.text({ id });
        openDraft(`${id}.json`, text);
      },
      [id],
    ),
  );
  const busy = run !== null && !isOver(run);
  const otherSeed = typeof seed === 'number' && seed !== ownSeed ? seed : null;
  const command = asCommand(id, { seed: otherSeed });
  return (
    <section className="panel lab-detail" aria-label={title} data-testid="scenario-detail">
      <div className="lab-detail-head">
        <h2>{title}</h2>
        <p className="soft">{summary}</p>
        <div className="row lab-controls">
          {busy ? (
            <Button
              color="red"
              leftSection={<IconPlayerStop {...ICON} />}
              loading={stop.state.kind === 'running'}
              data-testid="scenario-stop"
              onClick={() => void stop.run(run.runId)}
            >
              Stop
            </Button>
          ) : (
            <Button
              leftSection={<IconPlayerPlay {...ICON} />}
              loading={start.state.kind === 'running'}
              data-testid="scenario-run"
              onClick={() => {
                void start.run({ id, ...(typeof seed === 'number' ? { seed } : {}) });
              }}
            >
              {run === null ? 'Run' : 'Run again'}
            </Button>
          )}
          <label className="row" htmlFor={`seed-${id}`}>
            <span className="faint">Seed</span>
            <NumberInput
              id={`seed-${id}`}
              w={120}
              min={0}
              max={LARGEST_SEED}
              clampBehavior="strict"
              allowDecimal={false}
              allowNegative={false}
              placeholder={ownSeed.toString()}
              title="The same seed gives the same result."
              value={seed}
              onChange={setSeed}
            />
          </label>
          <Button
            variant="default"
            leftSection={<IconPencil {...ICON} />}
            loading={edit.state.kind === 'running'}
            data-testid="scenario-edit"
            onClick={() => void edit.run()}
          >
            Open its text
          </Button>
          <span className="spring" />
          <span className="faint clip">{tags.join(' · ')}</span>
        </div>
        <div className="row cli">
          <code className="mono clip" title={command}>
            {command}
          </code>
          <Copy text={command} what="command" />
        </div>
        {[start, stop, edit].map((each, index) =>
          each.state.kind === 'refused' ? (
            <Refusal key={index} refusal={each.state.refusal} onClose={each.dismiss} />
          ) : null,
        )}
        {run === null ? null : <RunResult run={run} />}
      </div>
      <Steps titles={steps} run={run} label={`Steps of ${title}`} follow />
    </section>
  );
}
