import { Button } from '@mantine/core';
import { IconPencil, IconPlayerStop } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { ScenarioRunView, ScenarioView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { isOver } from '../../state/lab-run.ts';
import { openDraft, useDraft } from '../../state/scenario-draft.store.ts';
import { showScreen, useScreen } from '../../state/screen.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { startRun, stopRun, type Wanted } from './commands.ts';
import { RunResult } from './run-result.tsx';
import { wordsOf } from './words.ts';
import { asShell, type CliCommand } from '../../state/cli-commands.ts';

const ICON = { size: 15, 'aria-hidden': true } as const;

/** What a scenario or an attack shows, how it is run, and its newest run. */
export function ScenarioHead(props: {
  scenario: ScenarioView;
  run: ScenarioRunView | null;
  wanted: Wanted;
  command: CliCommand;
  /** What running it is called, and its sign. */
  verb: string;
  icon: ReactNode;
  children?: ReactNode;
}): ReactNode {
  const { scenario, run, wanted } = props;
  const command = asShell(props.command);
  const { id, kind } = scenario;
  const { title, summary } = wordsOf(scenario);
  const start = useCommand(startRun);
  const stop = useCommand(stopRun);
  const edit = useOpenText(id);
  const busy = run !== null && !isOver(run);
  return (
    <div className="lab-detail-head">
      <h2 dir="auto">{title}</h2>
      <p className="soft" dir="auto">
        {summary}
      </p>
      <div className="row lab-controls">
        {busy ? (
          <Button
            color="red"
            leftSection={<IconPlayerStop {...ICON} />}
            loading={stop.state.kind === 'running'}
            data-testid={`${kind}-stop`}
            onClick={() => void stop.run(run.runId)}
          >
            {t('lab:detail.stop')}
          </Button>
        ) : (
          <Button
            leftSection={props.icon}
            loading={start.state.kind === 'running'}
            data-testid={`${kind}-run`}
            onClick={() => void start.run(wanted)}
          >
            {props.verb}
          </Button>
        )}
        {props.children}
        <Button
          variant="default"
          leftSection={<IconPencil {...ICON} />}
          loading={edit.isRunning}
          data-testid="scenario-edit"
          onClick={edit.open}
        >
          {t('lab:detail.openText')}
        </Button>
        <span className="spring" />
        <div className="row cli">
          <code className="mono clip" title={command}>
            {command}
          </code>
          <Copy text={command} what={t('lab:detail.command')} />
        </div>
      </div>
      {[start, stop, edit.command].map((each, index) =>
        each.state.kind === 'refused' ? (
          <Refusal key={index} refusal={each.state.refusal} onClose={each.dismiss} />
        ) : null,
      )}
      {run === null ? null : <RunResult run={run} />}
      {edit.question}
    </div>
  );
}

/** Opens the text in the editor; a text that is open there and not saved is asked about first. */
function useOpenText(id: string) {
  const draft = useDraft((store) => store.draft);
  const [asking, setAsking] = useState(false);
  const command = useCommand(
    useCallback(
      async (client: Client) => {
        const before = useDraft.getState().draft;
        const { screen } = useScreen.getState();
        const { text } = await client.lab.text({ id });
        // Somebody writes in the editor: what is written there is not replaced unasked.
        if (useDraft.getState().draft !== before) return;
        // Nor is anybody fetched back who went on to another screen.
        if (useScreen.getState().screen !== screen) return;
        openDraft(`${id}.json`, text);
        showScreen('lab', 'scenarios');
      },
      [id],
    ),
    'look',
  );
  const close = (): void => {
    setAsking(false);
  };
  return {
    command,
    isRunning: command.state.kind === 'running',
    open: (): void => {
      if (draft?.changed === true) setAsking(true);
      else void command.run();
    },
    question:
      asking && draft !== null ? (
        <CommandDialog
          title={t('lab:detail.replaceTitle')}
          confirm={t('lab:detail.replace')}
          cancel={t('lab:detail.replaceNot')}
          danger
          state={{ kind: 'idle' }}
          testId="editor-replace"
          onConfirm={() => {
            close();
            void command.run();
          }}
          onDismiss={() => undefined}
          onClose={close}
        >
          <p>
            <Rich
              text={t('lab:editor.nowhereElse')}
              parts={{
                name: (
                  <strong>
                    <bdi>{draft.name}</bdi>
                  </strong>
                ),
              }}
            />
          </p>
        </CommandDialog>
      ) : null,
  };
}
