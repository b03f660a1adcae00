import { ActionIcon, Button, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconAdjustments, IconFilter, IconLetterCase, IconRegex, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import {
  furtherConditions,
  judgeDraft,
  noFilter,
  type FilterDraft,
  type FilterField,
} from '../../state/message-filter.ts';
import { setFilter, useTraffic } from '../../state/traffic.store.ts';
import { FilterFields } from './filter-fields.tsx';
import { SavedFilters } from './saved-filters.tsx';
import { SearchProgress } from './search-progress.tsx';

/** What is looked for: topic and text beside each other, everything else a press away. */
export function FilterBar(): ReactNode {
  const filter = useTraffic((store) => store.filter);
  const [opened, setOpened] = useState(false);
  const verdict = judgeDraft(filter);
  const change = (part: Partial<FilterDraft>): void => {
    setFilter({ ...filter, ...part });
  };
  const fault = (field: FilterField): string | undefined =>
    verdict.kind === 'invalid' && verdict.field === field ? verdict.why : undefined;
  const further = furtherConditions(filter);
  return (
    <>
      <TextInput
        className="traffic-filter"
        aria-label={t('traffic:filter.topic')}
        placeholder={t('traffic:filter.topicHint')}
        leftSection={<IconFilter size={15} aria-hidden />}
        classNames={{ input: 'mono' }}
        data-testid="traffic-filter"
        spellCheck={false}
        value={filter.topic}
        error={fault('topic')}
        onChange={(event) => {
          change({ topic: event.currentTarget.value });
        }}
      />
      <TextInput
        className="traffic-find"
        aria-label={t('traffic:filter.find')}
        placeholder={t('traffic:filter.findHint')}
        classNames={{ input: 'mono' }}
        data-testid="traffic-text"
        spellCheck={false}
        value={filter.text}
        error={fault('text')}
        rightSectionWidth={52}
        rightSection={
          <>
            <Toggle
              label={t('traffic:filter.matchCase')}
              on={filter.matchCase}
              onChange={(matchCase) => {
                change({ matchCase });
              }}
            >
              <IconLetterCase size={15} aria-hidden />
            </Toggle>
            <Toggle
              label={t('traffic:filter.regex')}
              on={filter.isRegex}
              onChange={(isRegex) => {
                change({ isRegex });
              }}
            >
              <IconRegex size={15} aria-hidden />
            </Toggle>
          </>
        }
        onChange={(event) => {
          change({ text: event.currentTarget.value });
        }}
      />
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={460} trapFocus>
        <Popover.Target>
          <Button
            variant={further > 0 ? 'light' : 'default'}
            data-testid="traffic-more"
            leftSection={<IconAdjustments size={14} aria-hidden />}
            onClick={() => {
              setOpened(!opened);
            }}
          >
            {further > 0
              ? `${t('traffic:filter.conditions')} · ${String(further)}`
              : t('traffic:filter.conditions')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('traffic:filter.further')}>
          <FilterFields
            filter={filter}
            sizeFault={fault('size')}
            timeFault={fault('time')}
            onChange={change}
          />
        </Popover.Dropdown>
      </Popover>
      <SavedFilters filter={filter} />
      {filter === noFilter ? null : (
        <Tooltip label={t('traffic:filter.everything')}>
          <ActionIcon
            size={30}
            variant="subtle"
            color="gray"
            aria-label={t('traffic:filter.everything')}
            data-testid="traffic-everything"
            onClick={() => {
              setFilter(noFilter);
            }}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <SearchProgress />
    </>
  );
}

function Toggle(props: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}): ReactNode {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        size="sm"
        aria-label={props.label}
        aria-pressed={props.on}
        variant={props.on ? 'light' : 'subtle'}
        color={props.on ? 'petrol' : 'gray'}
        onClick={() => {
          props.onChange(!props.on);
        }}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
