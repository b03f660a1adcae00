import { Button } from '@mantine/core';
import {
  IconArrowLeft,
  IconDeviceFloppy,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { onClient } from '../../state/connection.store.ts';
import { saveFile, textFile } from '../../state/files.ts';
import { isOver } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import {
  check,
  closeDraft,
  draftRan,
  draftSaved,
  editDraft,
  useDraft,
} from '../../state/scenario-draft.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { startRun, stopRun } from './commands.ts';
import { JsonEditor, type Place } from '../../ui/json-editor.tsx';
import { Problems } from './problems.tsx';
import { RunResult } from './run-result.tsx';
import { Steps } from './steps.tsx';
import { asShell, cli } from '../../state/cli-commands.ts';

const JSON_TYPE = 'application/json';
const ICON = { size: 15, 'aria-hidden': true } as const;

/** One scenario as text: what is wrong with it, and its run beside it. */
export function ScenarioEditor(): ReactNode {
  const { draft, problems, checked, refusal, runId } = useDraft();
  const run = useLab((store) => (runId === null ? null : (store.runs.get(runId) ?? null)));
  const [place, setPlace] = useState<Place | null>(null);
  const [asking, setAsking] = useState(false);
  const start = useCommand(startRun);
  const stop = useCommand(stopRun);
  useEffect(
    () =>
      onClient((client) => {
        if (client !== null) void check();
      }),
    [],
  );
  if (draft === null) return null;
  const { name, text, changed } = draft;
  const busy = run !== null && !isOver(run);
  const state = checked !== text ? 'looking' : problems.length > 0 ? 'wrong' : 'right';
  const command = asShell(cli.scenario([name]));
  return (
    <div className="lab-part" data-testid="scenario-editor">
      <div className="row lab-actions">
        <Button
          variant="default"
          leftSection={<IconArrowLeft {...ICON} />}
          data-testid="editor-close"
          onClick={() => {
            if (changed) setAsking(true);
            else closeDraft();
          }}
        >
          {t('lab:editor.library')}
        </Button>
        <strong className="clip" dir="auto" title={name}>
          {name}
        </strong>
        {changed ? <span className="faint">{t('lab:editor.unsaved')}</span> : null}
        <span className="spring" />
        <span className="row cli" title={t('lab:editor.cliSays')}>
          <code className="mono clip">{command}</code>
          <Copy text={command} what={t('lab:detail.command')} />
        </span>
        <Button
          variant="default"
          leftSection={<IconDeviceFloppy {...ICON} />}
          data-testid="editor-save"
          onClick={() => {
            saveFile({ ...textFile(name, text), mime: JSON_TYPE });
            draftSaved();
          }}
        >
          {t('lab:editor.save')}
        </Button>
        {busy ? (
          <Button
            color="red"
            leftSection={<IconPlayerStop {...ICON} />}
            loading={stop.state.kind === 'running'}
            onClick={() => void stop.run(run.runId)}
          >
            {t('lab:detail.stop')}
          </Button>
        ) : (
          <Button
            leftSection={<IconPlayerPlay {...ICON} />}
            loading={start.state.kind === 'running'}
            disabled={state === 'wrong'}
            title={state === 'wrong' ? t('lab:editor.correct') : undefined}
            data-testid="editor-run"
            onClick={() => {
              void start.run({ text }, (id) => {
                draftRan(name, id);
              });
            }}
          >
            {t('lab:detail.run')}
          </Button>
        )}
      </div>
      {[start, stop].map((each, index) =>
        each.state.kind === 'refused' ? (
          <Refusal key={index} refusal={each.state.refusal} onClose={each.dismiss} />
        ) : null,
      )}
      {refusal === null ? null : <Refusal refusal={refusal} />}
      <div className="lab-columns lab-columns-editor">
        <section className="panel lab-text" aria-label={t('lab:editor.text')}>
          <JsonEditor
            label={t('lab:editor.editor')}
            testId="lab-editor"
            text={text}
            problems={problems}
            place={place}
            onChange={editDraft}
          />
        </section>
        <div className="lab-beside">
          <Problems problems={problems} state={state} onGo={setPlace} />
          <section className="panel lab-detail" aria-label={t('lab:editor.run')}>
            <div className="lab-detail-head">
              {run === null ? (
                <p className="soft">{t('lab:editor.hint')}</p>
              ) : (
                <RunResult run={run} />
              )}
            </div>
            {run === null ? null : (
              <Steps titles={[]} run={run} label={t('lab:editor.steps')} follow />
            )}
          </section>
        </div>
      </div>
      {asking ? (
        <CommandDialog
          title={t('lab:editor.closeTitle')}
          confirm={t('lab:editor.close')}
          cancel={t('lab:editor.keep')}
          danger
          state={{ kind: 'idle' }}
          testId="editor-discard"
          onConfirm={closeDraft}
          onDismiss={() => undefined}
          onClose={() => {
            setAsking(false);
          }}
        >
          <p>
            <Rich
              text={t('lab:editor.nowhereElse')}
              parts={{
                name: (
                  <strong>
                    <bdi>{name}</bdi>
                  </strong>
                ),
              }}
            />
          </p>
        </CommandDialog>
      ) : null}
    </div>
  );
}
