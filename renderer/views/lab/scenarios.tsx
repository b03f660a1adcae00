import { Button } from '@mantine/core';
import { IconFileImport, IconFilePlus, IconFlask } from '@tabler/icons-react';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { RefusalView, ScenarioView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { readText } from '../../state/files.ts';
import { findScenarios } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { toRefusal } from '../../state/refusal.ts';
import { blankScenario, openDraft, useDraft } from '../../state/scenario-draft.store.ts';
import { Empty } from '../../ui/empty.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { startRun } from './commands.ts';
import { Library, LibraryFilter } from './library.tsx';
import { RunAll } from './run-all.tsx';
import { ScenarioDetail } from './scenario-detail.tsx';
import { ScenarioEditor } from './scenario-editor.tsx';

/** The library with one of it opened, or a text that somebody works on. */
export function Scenarios(): ReactNode {
  const editing = useDraft((store) => store.draft !== null);
  return editing ? <ScenarioEditor /> : <Played />;
}

function Played(): ReactNode {
  const all = useLab((store) => store.scenarios);
  const search = useLab((store) => store.search);
  const tag = useLab((store) => store.tag);
  const scenarioId = useLab((store) => store.scenarioId);
  const run = useCommand(startRun);
  const scenarios = useMemo(() => all?.filter(({ kind }) => kind === 'scenario') ?? null, [all]);
  const found = useMemo(
    () => (scenarios === null ? [] : findScenarios(scenarios, search, tag)),
    [scenarios, search, tag],
  );
  const ids = useMemo(() => found.map(({ id }) => id), [found]);
  if (scenarios === null) return <p className="soft">{t('lab:attacks.reading')}</p>;
  const chosen = found.find(({ id }) => id === scenarioId) ?? found[0] ?? null;
  return (
    <div className="lab-part">
      <div className="row lab-actions">
        <RunAll
          of="scenario"
          ids={ids}
          label={
            ids.length === scenarios.length
              ? t('lab:scenarios.runAll', { number: ids.length })
              : t('lab:scenarios.runThese', { number: ids.length })
          }
        />
        <span className="spring" />
        <OwnScenario />
      </div>
      {run.state.kind === 'refused' ? (
        <Refusal refusal={run.state.refusal} onClose={run.dismiss} />
      ) : null}
      <div className="lab-columns">
        <section className="panel lab-list" aria-label={t('lab:scenarios.library')}>
          <LibraryFilter scenarios={scenarios} />
          {found.length === 0 ? (
            <NothingFound scenarios={scenarios} />
          ) : (
            <Library
              name={t('lab:scenarios.list')}
              verb={t('lab:detail.run')}
              scenarios={found}
              chosen={chosen?.id ?? null}
              onChoose={(id) => {
                useLab.setState({ scenarioId: id });
              }}
              onRun={(id) => void run.run({ id })}
            />
          )}
        </section>
        {chosen === null ? null : <ScenarioDetail key={chosen.id} scenario={chosen} />}
      </div>
    </div>
  );
}

function NothingFound(props: { scenarios: readonly ScenarioView[] }): ReactNode {
  if (props.scenarios.length === 0) {
    return (
      <Empty icon={<IconFlask size={36} stroke={1.4} />} title={t('lab:scenarios.empty')}>
        {t('lab:scenarios.emptyText')}
      </Empty>
    );
  }
  return (
    <Empty
      icon={<IconFlask size={36} stroke={1.4} />}
      title={t('lab:scenarios.noSuch')}
      action={
        <Button
          variant="default"
          onClick={() => {
            useLab.setState({ search: '', tag: null });
          }}
        >
          {t('lab:scenarios.showAll', { number: props.scenarios.length })}
        </Button>
      }
    >
      {t('lab:scenarios.noSuchText')}
    </Empty>
  );
}

const ICON = { size: 15, 'aria-hidden': true } as const;

function OwnScenario(): ReactNode {
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const open = async (file: File): Promise<void> => {
    try {
      setRefusal(null);
      openDraft(file.name, await readText(file));
    } catch (error) {
      setRefusal(toRefusal(error));
    }
  };
  return (
    <>
      {refusal === null ? null : (
        <Refusal
          refusal={refusal}
          onClose={() => {
            setRefusal(null);
          }}
        />
      )}
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t('lab:scenarios.file')}
        data-testid="scenario-file"
        onChange={(event) => {
          const file = event.currentTarget.files?.item(0);
          // The same file chosen again is a change as well.
          event.currentTarget.value = '';
          if (file) void open(file);
        }}
      />
      <Button
        variant="default"
        leftSection={<IconFileImport {...ICON} />}
        onClick={() => input.current?.click()}
      >
        {t('lab:scenarios.open')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFilePlus {...ICON} />}
        data-testid="scenario-new"
        onClick={() => {
          openDraft('my-scenario.json', blankScenario);
        }}
      >
        {t('lab:scenarios.new')}
      </Button>
    </>
  );
}
