import { Button, Menu, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { SavedFilter } from '#core/contract';
import type { Client } from '../../connect.ts';
import { draftOf, judgeDraft, type FilterDraft } from '../../state/message-filter.ts';
import { setFilter } from '../../state/traffic.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';

type Show = (filters: readonly SavedFilter[]) => void;

const load = async (client: Client, show: Show): Promise<void> => {
  show(await client.filters.list());
};
const save = async (client: Client, filter: SavedFilter, show: Show): Promise<void> => {
  show(await client.filters.save(filter));
};
const remove = async (client: Client, name: string, show: Show): Promise<void> => {
  show(await client.filters.remove({ name }));
};

/** Filters by name, kept by the bench. */
export function SavedFilters(props: { filter: FilterDraft }): ReactNode {
  const [filters, setFilters] = useState<readonly SavedFilter[]>([]);
  const [naming, setNaming] = useState(false);
  const loading = useCommand(load);
  const removing = useCommand(remove);
  const verdict = judgeDraft(props.filter);
  return (
    <>
      <Menu
        position="bottom-start"
        onOpen={() => {
          void loading.run(setFilters);
        }}
      >
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={14} aria-hidden />}>
            Saved
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {filters.map(({ name, where }) => (
            <Menu.Item
              key={name}
              onClick={() => {
                setFilter(draftOf(where));
              }}
              rightSection={
                <IconTrash
                  size={14}
                  role="button"
                  aria-label={`Remove ${name}`}
                  onClick={(event) => {
                    event.stopPropagation();
                    void removing.run(name, setFilters);
                  }}
                />
              }
            >
              <bdi>{name}</bdi>
            </Menu.Item>
          ))}
          {filters.length === 0 ? <Menu.Label>No filter is saved</Menu.Label> : <Menu.Divider />}
          <Menu.Item
            disabled={verdict.kind !== 'some'}
            onClick={() => {
              setNaming(true);
            }}
          >
            Save this filter…
          </Menu.Item>
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
      title="Save this filter"
      testId="save-filter"
      confirm="Save"
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
        label="Name"
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
