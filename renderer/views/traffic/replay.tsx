import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { ReplayView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { followReplays, useConnections } from '../../state/connections.store.ts';
import { useSelection } from '../../state/traffic.store.ts';
import { clockTime, count, decimal } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { useCommand } from '../../ui/use-command.ts';
import { ChooseConnection, useChosenConnection } from './choose-connection.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

type ReplayAsked = Parameters<Client['replay']['start']>[0];
const start = (client: Client, asked: ReplayAsked): Promise<unknown> => client.replay.start(asked);
const steer = (
  client: Client,
  replayId: string,
  to: 'pause' | 'resume' | 'stop',
): Promise<unknown> => client.replay[to]({ replayId });

const PATTERN = 'vehicle/updates/+/#';
const TEMPLATE = 'replayed/{1}/{2}';

/** Sends the capture once more, and says how exactly. */
export function Replay(): ReactNode {
  const chosen = useChosenConnection();
  const replays = useConnections((store) => store.replays);
  const [confirm, setConfirm] = useState('');
  const [speed, setSpeed] = useState<number | string>(1);
  const [pattern, setPattern] = useState('');
  const [template, setTemplate] = useState('');
  const selection = useSelection();
  const where = selection.kind === 'some' ? selection.where : undefined;
  const [everyPlace, setEveryPlace] = useState(false);
  const starting = useCommand(start);
  const workspace = useWorkspace();
  useEffect(followReplays, []);
  const { connection } = chosen;
  const needsName =
    connection !== null && connection.confirm !== null && confirm !== connection.confirm;
  return (
    <div className="panel panel-body fields">
      <h2>{t('traffic:replay.title')}</h2>
      <p className="soft">{t(`traffic:replay.what.${selection.kind}`)}</p>
      <ChooseConnection {...chosen} confirm={confirm} onConfirm={setConfirm} />
      <NumberInput
        label={t('traffic:replay.speed')}
        description={t('traffic:replay.speedSays')}
        min={0.01}
        max={10_000}
        value={speed}
        onChange={setSpeed}
      />
      <div className="pair">
        <TextInput
          label={t('traffic:replay.pattern')}
          placeholder={PATTERN}
          classNames={{ input: 'mono' }}
          value={pattern}
          onChange={(event) => {
            setPattern(event.currentTarget.value);
          }}
        />
        <TextInput
          label={t('traffic:replay.become')}
          placeholder={TEMPLATE}
          classNames={{ input: 'mono' }}
          value={template}
          onChange={(event) => {
            setTemplate(event.currentTarget.value);
          }}
        />
      </div>
      <Checkbox
        label={t('traffic:replay.everyPlace')}
        checked={everyPlace}
        onChange={(event) => {
          setEveryPlace(event.currentTarget.checked);
        }}
      />
      <div className="row">
        <Button
          data-testid="replay-start"
          loading={starting.state.kind === 'running'}
          disabled={
            connection === null ||
            needsName ||
            selection.kind === 'invalid' ||
            (pattern === '') !== (template === '')
          }
          onClick={() => {
            if (connection === null) return;
            void starting.run({
              connection: connection.id,
              ...(where === undefined ? {} : { where }),
              speed: typeof speed === 'number' ? speed : null,
              places: everyPlace ? 'all' : 'one',
              rewrite: pattern === '' ? [] : [{ pattern, template }],
              ...(confirm === '' ? {} : { confirm }),
            });
          }}
        >
          {t('traffic:replay.start')}
        </Button>
        {connection === null ||
        selection.kind === 'invalid' ||
        (pattern === '') !== (template === '') ? null : (
          <CopyCommand
            command={cli.replay(workspace, connection, {
              where,
              speed: typeof speed === 'number' ? speed : null,
              everyPlace,
              rewrite: pattern === '' ? [] : [{ pattern, template }],
              confirm,
            })}
          />
        )}
      </div>
      {starting.state.kind === 'refused' ? (
        <Refusal refusal={starting.state.refusal} onClose={starting.dismiss} />
      ) : null}
      {replays.map((replay) => (
        <Running key={replay.replayId} replay={replay} />
      ))}
    </div>
  );
}

function Running(props: { replay: ReplayView }): ReactNode {
  const { replay } = props;
  const { replayId, state, total, sent, skipped, refused, drift, position, outcome } = replay;
  const steering = useCommand(steer);
  const press = (name: string, to: 'pause' | 'resume' | 'stop'): ReactNode => (
    <Button
      size="compact-xs"
      variant="default"
      onClick={() => {
        void steering.run(replayId, to);
      }}
    >
      {name}
    </Button>
  );
  return (
    <div className="replay" data-testid="replay" data-state={state}>
      <div className="row">
        <strong>{shownLine(replay.connectionName)}</strong>
        <progress
          aria-label={t('traffic:replay.replayed')}
          max={Math.max(1, total)}
          value={sent + skipped + refused}
        />
        <span className="spring" />
        {state === 'ended' ? null : (
          <>
            {state === 'paused'
              ? press(t('traffic:replay.resume'), 'resume')
              : press(t('traffic:replay.pause'), 'pause')}
            {press(t('traffic:replay.stop'), 'stop')}
          </>
        )}
      </div>
      <span className="soft">
        {[
          t('traffic:replay.sent', {
            state: t(`traffic:replay.state.${outcome?.kind ?? state}`),
            sent: count(sent),
            skipped: count(skipped),
            refused: count(refused),
          }),
          ...(replay.stripped > 0
            ? [t('traffic:replay.stripped', { stripped: count(replay.stripped) })]
            : []),
          ...(position === null ? [] : [t('traffic:replay.at', { time: clockTime(position) })]),
        ].join(', ')}
        {' · '}
        {t('traffic:replay.drift', {
          mean: decimal(drift.meanMs, 1),
          max: decimal(drift.maxMs, 1),
          behind: count(drift.behind),
        })}
      </span>
      {outcome?.kind === 'failed' ? <Refusal refusal={outcome.refusal} /> : null}
      {steering.state.kind === 'refused' ? (
        <Refusal refusal={steering.state.refusal} onClose={steering.dismiss} />
      ) : null}
    </div>
  );
}
