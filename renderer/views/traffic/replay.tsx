import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { ReplayView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { followReplays, useConnections } from '../../state/connections.store.ts';
import { useSelection } from '../../state/traffic.store.ts';
import { clockTime, count } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { shownLine } from '../../ui/safe-text.ts';
import { useCommand } from '../../ui/use-command.ts';
import { ChooseConnection, useChosenConnection } from './choose-connection.tsx';

type ReplayAsked = Parameters<Client['replay']['start']>[0];
const start = (client: Client, asked: ReplayAsked): Promise<unknown> => client.replay.start(asked);
const steer = (
  client: Client,
  replayId: string,
  to: 'pause' | 'resume' | 'stop',
): Promise<unknown> => client.replay[to]({ replayId });

/** By what the filter on Messages asks for. */
const REPLAYED = {
  everything: 'Sends the whole capture once more, in its order and at its pace.',
  some: 'Sends what matches the filter on Messages once more, in its order and at its pace.',
  invalid: 'The filter on Messages is not valid; correct it first.',
} as const;

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
  useEffect(followReplays, []);
  const { connection } = chosen;
  const needsName =
    connection !== null && connection.confirm !== null && confirm !== connection.confirm;
  return (
    <div className="panel panel-body fields">
      <h2>Replay</h2>
      <p className="soft">{REPLAYED[selection.kind]}</p>
      <ChooseConnection {...chosen} confirm={confirm} onConfirm={setConfirm} />
      <NumberInput
        label="Speed"
        description="1 is the original pace; empty as fast as the broker takes it"
        min={0.01}
        max={10_000}
        value={speed}
        onChange={setSpeed}
      />
      <div className="pair">
        <TextInput
          label="Topics that match"
          placeholder="vehicle/updates/+/#"
          classNames={{ input: 'mono' }}
          value={pattern}
          onChange={(event) => {
            setPattern(event.currentTarget.value);
          }}
        />
        <TextInput
          label="become"
          placeholder="replayed/{1}/{2}"
          classNames={{ input: 'mono' }}
          value={template}
          onChange={(event) => {
            setTemplate(event.currentTarget.value);
          }}
        />
      </div>
      <Checkbox
        label="Also what was heard at several places, as often as it was heard"
        checked={everyPlace}
        onChange={(event) => {
          setEveryPlace(event.currentTarget.checked);
        }}
      />
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
        Replay
      </Button>
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
        <progress aria-label="Replayed" max={Math.max(1, total)} value={sent + skipped + refused} />
        <span className="spring" />
        {state === 'ended' ? null : (
          <>
            {state === 'paused' ? press('Resume', 'resume') : press('Pause', 'pause')}
            {press('Stop', 'stop')}
          </>
        )}
      </div>
      <span className="soft">
        {outcome?.kind ?? state}: {count(sent)} sent, {count(skipped)} left out, {count(refused)}{' '}
        refused{replay.stripped > 0 ? `, ${count(replay.stripped)} without their properties` : ''}
        {position === null ? '' : `, at ${clockTime(position)}`} · drift {drift.meanMs.toFixed(1)}{' '}
        ms on average, {drift.maxMs.toFixed(1)} ms at most, {count(drift.behind)} behind
      </span>
      {outcome?.kind === 'failed' ? <Refusal refusal={outcome.refusal} /> : null}
      {steering.state.kind === 'refused' ? (
        <Refusal refusal={steering.state.refusal} onClose={steering.dismiss} />
      ) : null}
    </div>
  );
}
