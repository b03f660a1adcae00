import { Button, Menu, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { SavedFilter, TrafficMark } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { draftOf, judgeDraft, type FilterDraft } from '../../state/message-filter.ts';
import { openMessage, setFilter } from '../../state/traffic.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { count, dateTime } from '../../ui/format.ts';
import { shownLine } from '../../ui/safe-text.ts';
import { offerUndo } from '../../ui/undo.tsx';
import { useCommand } from '../../ui/use-command.ts';

const REMOVE_KEY = 'Delete';

type Show = (filters: readonly SavedFilter[]) => void;

const load = async (
  client: Client,
  show: Show,
  showMarks: (marks: readonly TrafficMark[]) => void,
): Promise<void> => {
  show(await client.filters.list());
  showMarks(await client.traffic.marks());
};
const save = async (client: Client, filter: SavedFilter, show: Show): Promise<void> => {
  show(await client.filters.save(filter));
};
const remove = async (client: Client, filter: SavedFilter, show: Show): Promise<void> => {
  const { name } = filter;
  show(await client.filters.remove({ name }));
  offerUndo(t('traffic:saved.removed', { name }), async (again) => {
    show(await again.filters.save(filter));
  });
};

/** Filters by name and bookmarked messages, kept by the bench. */
export function SavedFilters(props: { filter: FilterDraft }): ReactNode {
  const [filters, setFilters] = useState<readonly SavedFilter[]>([]);
  const [marks, setMarks] = useState<readonly TrafficMark[]>([]);
  const [naming, setNaming] = useState(false);
  const loading = useCommand(load, 'look');
  const removing = useCommand(remove);
  const verdict = judgeDraft(props.filter);
  return (
    <>
      <Menu
        position="bottom-start"
        onOpen={() => {
          void loading.run(setFilters, setMarks);
        }}
      >
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={14} aria-hidden />}>
            {t('traffic:saved.saved')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className="saved-menu">
          <Menu.Label>{t('traffic:saved.filters')}</Menu.Label>
          {filters.map(({ name, where }) => (
            <Menu.Item
              key={name}
              aria-keyshortcuts={REMOVE_KEY}
              aria-description={t('traffic:saved.removeHint')}
              onKeyDown={(event) => {
                if (event.key === REMOVE_KEY) void removing.run({ name, where }, setFilters);
              }}
              onClick={() => {
                setFilter(draftOf(where));
              }}
              rightSection={
                <IconTrash
                  size={14}
                  // For a mouse; a button inside of an entry could not be reached by the keyboard.
                  aria-hidden
                  data-testid="filter-remove"
                  onClick={(event) => {
                    event.stopPropagation();
                    void removing.run({ name, where }, setFilters);
                  }}
                />
              }
            >
              <bdi>{name}</bdi>
            </Menu.Item>
          ))}
          <Menu.Item
            disabled={verdict.kind !== 'some'}
            onClick={() => {
              setNaming(true);
            }}
          >
            {t('traffic:saved.saveAsk')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('traffic:saved.marked')}</Menu.Label>
          {marks.length === 0 ? <Menu.Item disabled>{t('traffic:saved.noMarks')}</Menu.Item> : null}
          {marks.map(({ id, at, note }) => (
            <Menu.Item
              key={id}
              data-testid="bookmark"
              onClick={() => {
                openMessage(id);
              }}
            >
              {`#${count(id)}`} <span className="faint">{dateTime(at)}</span>{' '}
              <bdi>{shownLine(note, 60)}</bdi>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {naming && verdict.kind === 'some' ? (
        <NameDialog
          where={verdict.where}
          onSaved={setFilters}
          onClose={() => {
            setNaming(false);
          }}
        />
      ) : null}
    </>
  );
}

function NameDialog(props: {
  where: SavedFilter['where'];
  onSaved: Show;
  onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('');
  const saving = useCommand(save);
  return (
    <CommandDialog
      title={t('traffic:saved.saveTitle')}
      testId="save-filter"
      confirm={t('traffic:saved.save')}
      disabled={name.trim() === ''}
      state={saving.state}
      onDismiss={saving.dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void saving.run({ name: name.trim(), where: props.where }, props.onSaved).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <TextInput
        label={t('traffic:saved.name')}
        data-autofocus
        maxLength={100}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
    </CommandDialog>
  );
}
