import { Button, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { RetainedMessage } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Rich } from '../../ui/rich.tsx';
import { useBench, useWorkspace } from '../../state/bench.store.ts';
import { judgeFilter } from '../../state/topic-filter.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { bytes, count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { useCommand } from '../../ui/use-command.ts';
import { ChooseConnection, useChosenConnection } from './choose-connection.tsx';
import { cli, type CliCommand } from '../../state/cli-commands.ts';

const ROW_PX = 26;
/** Topics named before they are deleted; all of them are in the list behind. */
const PREVIEW_ROWS = 8;

type Listed = {
  readonly connection: string;
  readonly filter: string;
  readonly messages: readonly RetainedMessage[];
  readonly complete: boolean;
  readonly digest: string;
};
type Deleting = {
  readonly connection: string;
  /** Of all that was listed; null for one topic of it. */
  readonly digest: string | null;
  readonly filter: string;
  readonly expect: string | string[];
  readonly topics: string[];
};
type Told = { readonly deleted: number; readonly total: number; readonly failed: number };

const list = async (
  client: Client,
  asked: { connection: string; filter: string },
  signal: AbortSignal,
  show: (listed: Listed) => void,
): Promise<void> => {
  const messages: RetainedMessage[] = [];
  for await (const event of await client.retained.list(asked, { signal })) {
    if (event.kind === 'batch') messages.push(...event.messages);
    else show({ ...asked, messages, complete: event.complete, digest: event.digest });
  }
};

const remove = async (
  client: Client,
  asked: { connection: string; filter: string; expect: string | string[]; confirm?: string },
  show: (told: Told) => void,
): Promise<void> => {
  for await (const event of await client.retained.delete(asked)) show(event);
};

/** What a broker keeps for whoever comes later: looked at, and deleted one by one or together. */
export function Retained(): ReactNode {
  const chosen = useChosenConnection();
  const [confirm, setConfirm] = useState('');
  const [typed, setFilter] = useState<string | null>(null);
  const [last, setListed] = useState<Listed | null>(null);
  const [deleting, setDeleting] = useState<Deleting | null>(null);
  const workspace = useWorkspace();
  const reading = useRef<AbortController>(null);
  const { state, run, dismiss } = useCommand(list, 'look');
  const { connection } = chosen;
  const root = useBench((store) => store.bench?.settings.topicRoot);
  // At its own broker the bench may read its own topics only.
  const filter = typed ?? (connection?.id === 'own' && root !== undefined ? `${root}/#` : '#');
  // What another broker retains, or another filter finds, is not to be deleted here.
  const listed = last?.connection === connection?.id && last?.filter === filter ? last : null;
  const verdict = judgeFilter(filter);
  useEffect(() => () => reading.current?.abort(), []);
  const read = (): void => {
    if (connection === null) return;
    reading.current?.abort();
    const gone = new AbortController();
    reading.current = gone;
    void run({ connection: connection.id, filter }, gone.signal, setListed);
  };
  return (
    <section className="two-panels retained-panels" aria-label={t('traffic:retained.label')}>
      <form
        className="panel panel-body fields"
        onSubmit={(event) => {
          event.preventDefault();
          read();
        }}
      >
        <ChooseConnection
          connection={connection}
          choose={chosen.choose}
          confirm={confirm}
          onConfirm={setConfirm}
        />
        <TextInput
          label={t('traffic:retained.topic')}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          value={filter}
          error={verdict.kind === 'invalid' ? verdict.why : undefined}
          onChange={(event) => {
            setFilter(event.currentTarget.value);
          }}
        />
        <div className="row">
          <Button
            type="submit"
            data-testid="retained-list"
            loading={state.kind === 'running'}
            disabled={connection === null || verdict.kind === 'invalid'}
          >
            {t('traffic:retained.list')}
          </Button>
          <Button
            color="red"
            variant="light"
            disabled={listed === null || listed.messages.length === 0 || !listed.complete}
            onClick={() => {
              if (listed === null) return;
              const { connection: id, digest, messages } = listed;
              const topics = messages.map(({ topic }) => topic);
              setDeleting({ connection: id, filter, expect: digest, digest, topics });
            }}
          >
            {t('traffic:retained.deleteAll')}
          </Button>
        </div>
        {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      </form>
      <Found
        listed={listed}
        onDelete={(topic) => {
          if (listed === null) return;
          const { connection: id } = listed;
          setDeleting({
            connection: id,
            filter: topic,
            expect: [topic],
            digest: null,
            topics: [topic],
          });
        }}
      />
      {deleting === null ? null : (
        <DeleteDialog
          asked={{ ...deleting, ...(confirm === '' ? {} : { confirm }) }}
          command={
            connection === null || deleting.digest === null
              ? null
              : cli.deleteRetained(workspace, connection, {
                  filter: deleting.filter,
                  digest: deleting.digest,
                  confirm,
                })
          }
          onClose={() => {
            setDeleting(null);
            read();
          }}
        />
      )}
    </section>
  );
}

function Found(props: { listed: Listed | null; onDelete: (topic: string) => void }): ReactNode {
  const messages = props.listed?.messages ?? [];
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised by a compiler
  const virtual = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  return (
    <div className="panel retained" data-testid="retained">
      <div className="panel-head">
        <h2>{t('traffic:retained.title')}</h2>
        <span className="faint">
          {props.listed === null ? t('traffic:retained.notYet') : count(messages.length)}
          {props.listed?.complete === false ? t('traffic:retained.andMore') : ''}
        </span>
      </div>
      <div ref={scroller} className="traffic-scroll" tabIndex={0}>
        <div className="detail-lines" style={{ height: `${String(virtual.getTotalSize())}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const message = messages[index];
            return message === undefined ? null : (
              <div
                key={index}
                className="retained-row"
                style={{ transform: `translateY(${String(start)}px)` }}
              >
                <bdi className="mono clip" title={shownLine(message.topic)}>
                  {shownLine(message.topic, 300)}
                </bdi>
                <span className="mono clip soft">{shownLine(message.preview, 200)}</span>
                <span className="faint">{bytes(message.size)}</span>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  onClick={() => {
                    props.onDelete(message.topic);
                  }}
                >
                  {t('traffic:retained.delete')}
                </Button>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function DeleteDialog(props: {
  asked: Deleting & { confirm?: string };
  command: CliCommand | null;
  onClose: () => void;
}): ReactNode {
  const { topics, connection, filter, expect, confirm } = props.asked;
  const asked = { connection, filter, expect, ...(confirm === undefined ? {} : { confirm }) };
  const [told, setTold] = useState<Told | null>(null);
  const { state, run, dismiss } = useCommand(remove);
  return (
    <CommandDialog
      title={t('traffic:retained.deleteTitle')}
      testId="retained-delete"
      command={props.command}
      confirm={t('traffic:retained.deleteSome', { number: count(topics.length) })}
      danger
      disabled={told !== null}
      cancel={told === null ? t('traffic:retained.cancel') : t('traffic:retained.close')}
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run(asked, setTold);
      }}
    >
      <p>
        <Rich
          text={t('traffic:retained.deleteSays', { number: count(topics.length) })}
          parts={{ filter: <bdi className="mono">{shownLine(asked.filter, 300)}</bdi> }}
        />
      </p>
      <ul className="retained-preview mono" aria-label={t('traffic:retained.preview')}>
        {topics.slice(0, PREVIEW_ROWS).map((topic) => (
          <li key={topic}>
            <bdi>{shownLine(topic, 200)}</bdi>
          </li>
        ))}
        {topics.length > PREVIEW_ROWS ? (
          <li className="faint">
            {t('traffic:retained.more', { number: count(topics.length - PREVIEW_ROWS) })}
          </li>
        ) : null}
      </ul>
      {told === null ? null : <progress max={Math.max(1, told.total)} value={told.deleted} />}
      {told === null ? null : (
        <p role="status">
          {told.failed > 0
            ? t('traffic:retained.deletedSome', {
                deleted: count(told.deleted),
                total: count(told.total),
                failed: count(told.failed),
              })
            : t('traffic:retained.deleted', {
                deleted: count(told.deleted),
                total: count(told.total),
              })}
        </p>
      )}
    </CommandDialog>
  );
}
