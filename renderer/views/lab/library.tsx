import { Select, TextInput } from '@mantine/core';
import { IconPlayerPlay, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { ScenarioView } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { findScenarios, isOver, latestRun } from '../../state/lab-run.ts';
import { useLab } from '../../state/lab.store.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useFirst } from '../../ui/use-first.ts';
import { OutcomeTag } from './outcome-tag.tsx';
import { wordsOf } from './words.ts';

/** Rows of the highest window. */
const IN_SIGHT = 20;

/** Scenarios by title with how each went last; one is chosen, and each can be run from here. */
export function Library(props: {
  name: string;
  scenarios: readonly ScenarioView[];
  chosen: string | null;
  /** `Run` or `Attack`. */
  verb: string;
  onChoose: (id: string) => void;
  onRun: (id: string) => void;
}): ReactNode {
  const { scenarios, chosen } = props;
  const list = useRef<HTMLUListElement>(null);
  const chosenAt = scenarios.findIndex(({ id }) => id === chosen);
  // The list is short of one screen until then, and the chosen one is always in it.
  const drawn = useFirst(Math.max(IN_SIGHT, chosenAt + 1), scenarios.length);
  useEffect(() => {
    // It may have been chosen from elsewhere, far down the list.
    list.current?.children.item(chosenAt)?.scrollIntoView({ block: 'nearest' });
  }, [chosenAt]);
  const go = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = scenarios[chosenAt + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    props.onChoose(next.id);
    list.current
      ?.querySelectorAll<HTMLElement>('.library-item')
      .item(chosenAt + step)
      .focus();
  };
  return (
    <ul className="library" aria-label={props.name} ref={list}>
      {scenarios.slice(0, drawn).map((scenario, index) => (
        <Item
          key={scenario.id}
          scenario={scenario}
          verb={props.verb}
          chosen={scenario.id === chosen}
          isStop={index === Math.max(0, chosenAt)}
          onKey={go}
          onChoose={props.onChoose}
          onRun={props.onRun}
        />
      ))}
    </ul>
  );
}

function Item(props: {
  scenario: ScenarioView;
  verb: string;
  chosen: boolean;
  /** Where Tab stops in the list; the arrow keys go on from there. */
  isStop: boolean;
  onKey: (event: KeyboardEvent) => void;
  onChoose: (id: string) => void;
  onRun: (id: string) => void;
}): ReactNode {
  const { id, tags } = props.scenario;
  const { title } = wordsOf(props.scenario);
  const run = useLab((store) => latestRun(store.runs.values(), id, false));
  const busy = run !== null && !isOver(run);
  const label = busy ? t('lab:library.busy', { title }) : `${props.verb}: ${title}`;
  return (
    <li data-testid="library-row" data-id={id} data-chosen={props.chosen}>
      <button
        type="button"
        className="library-item"
        aria-current={props.chosen ? 'true' : undefined}
        tabIndex={props.isStop ? 0 : -1}
        onKeyDown={props.onKey}
        onClick={() => {
          props.onChoose(id);
        }}
      >
        <span className="library-title" dir="auto">
          {title}
        </span>
        <span className="row library-facts">
          <OutcomeTag run={run} plain />
          <span className="faint clip">{tags.join(' · ')}</span>
        </span>
      </button>
      <IconButton
        size="medium"
        label={label}
        testId={`run-${id}`}
        disabled={busy}
        onClick={() => {
          props.onChoose(id);
          props.onRun(id);
        }}
      >
        <IconPlayerPlay size={16} stroke={1.7} />
      </IconButton>
    </li>
  );
}

/** Search and tag, over the list. */
export function LibraryFilter(props: { scenarios: readonly ScenarioView[] }): ReactNode {
  const search = useLab((store) => store.search);
  const tag = useLab((store) => store.tag);
  const tags = [...new Set(props.scenarios.flatMap((each) => each.tags))].sort();
  return (
    <div className="library-filter">
      <TextInput
        aria-label={t('lab:library.find')}
        placeholder={t('lab:library.findHint')}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={search}
        data-testid="lab-search"
        onChange={(event) => {
          useLab.setState({ search: event.currentTarget.value });
        }}
      />
      <Select
        aria-label={t('lab:library.tag')}
        placeholder={t('lab:library.everyTag')}
        clearable
        data={tags.map((value) => ({
          value,
          label: `${value} (${findScenarios(props.scenarios, '', value).length.toString()})`,
        }))}
        value={tag}
        data-testid="lab-tag"
        onChange={(value) => {
          useLab.setState({ tag: value });
        }}
      />
    </div>
  );
}
