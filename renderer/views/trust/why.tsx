import { Button } from '@mantine/core';
import { IconBroadcast } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { BenchView, DoctorCell } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useAcl } from '../../state/acl.store.ts';
import { useBench } from '../../state/bench.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { cellKey, verdictOf } from '../../state/verdict.ts';
import { asSentence } from '../../ui/format.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { VerdictMark } from './matrix.tsx';

/** Why the chosen cell is as it is, and a way to see it happen. */
export function Why(props: { cell: DoctorCell | null }): ReactNode {
  const { cell } = props;
  const saved = useAcl((store) => store.saved?.text ?? '');
  return (
    <section className="panel why" aria-label="Why" aria-live="polite" data-testid="why">
      <div className="panel-head">
        <h2>Why?</h2>
        {cell === null ? (
          <span className="soft">Choose a cell above.</span>
        ) : (
          <>
            <span className="clip">
              <span className="mono">{cell.identity}</span> {cell.access}s{' '}
              {cell.flow.replace('_', ' ')}
            </span>
            <VerdictMark verdict={verdictOf(cell)} />
          </>
        )}
      </div>
      {/* What was seen under other rules says nothing about these. */}
      {cell === null ? null : <Explained key={`${cellKey(cell)} ${saved}`} cell={cell} />}
    </section>
  );
}

function Explained(props: { cell: DoctorCell }): ReactNode {
  const { cell } = props;
  return (
    <div className="panel-body fields">
      <p>{asSentence(cell.why)}</p>
      {cell.line === null ? null : (
        <div className="deciding">
          <span className="faint">line {cell.line}</span>
          <code className="mono">{cell.lineText}</code>
        </div>
      )}
      <dl className="facts">
        <dt>Topic</dt>
        <dd className="mono">{cell.topic}</dd>
      </dl>
      <TryLive cell={cell} />
    </div>
  );
}

type Seen = { allowed: boolean; detail: string };

function TryLive(props: { cell: DoctorCell }): ReactNode {
  const { identity, flow, access, topic } = props.cell;
  const bench = useBench((store) => store.bench);
  const vehicles = useVehicles((store) => store.vehicles);
  const unsaved = useAcl((store) => store.draft !== null);
  const foreign = useAcl((store) => store.cast !== null);
  const [seen, setSeen] = useState<Seen | null>(null);
  const root = bench?.settings.topicRoot ?? '';
  const vin = topic.slice(root.length + 1).split('/')[0] ?? '';
  const { state, run, dismiss } = useCommand(
    useCallback(
      async (client: Client) => {
        setSeen(null);
        setSeen(await client.acl.tryLive({ identity, flow, access, vin }));
      },
      [identity, flow, access, vin],
    ),
  );
  const own = ['backend', 'gatekeeper', ...(vehicles ?? []).map((vehicle) => vehicle.vin)];
  const obstacle = obstacleOf(bench, { unsaved, foreign, known: own.includes(identity) });
  return (
    <>
      <div className="row try-live">
        <Button
          variant="default"
          leftSection={<IconBroadcast size={15} aria-hidden />}
          data-testid="try-live"
          disabled={obstacle !== null}
          aria-describedby="try-live-says"
          loading={state.kind === 'running'}
          onClick={() => {
            void run();
          }}
        >
          Try it live
        </Button>
        <span className="soft" id="try-live-says">
          {obstacle ?? 'Connects to the running broker as this identity and does it.'}
        </span>
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      {seen === null || obstacle !== null ? null : (
        <div className="seen" data-testid="try-live-seen" data-allowed={seen.allowed}>
          <Tag tone={seen.allowed ? 'ok' : 'bad'}>{seen.allowed ? 'Allowed' : 'Refused'}</Tag>
          <span>{asSentence(seen.detail)}</span>
        </div>
      )}
    </>
  );
}

/** Why it cannot be tried now; null when it can. */
function obstacleOf(
  bench: BenchView | null,
  is: { unsaved: boolean; foreign: boolean; known: boolean },
): string | null {
  if (bench === null) return 'There is no connection to the bench.';
  if (is.foreign) return "These are other names than the bench's own, so nobody can connect so.";
  if (is.unsaved) return 'The editor holds unsaved rules; the broker goes by the saved ones.';
  if (bench.settings.externalBroker !== null) return 'The bench uses an outside broker.';
  if (bench.roles.broker.kind !== 'on') return 'No broker runs. Start it on the Bench screen.';
  return is.known ? null : 'The bench has no certificate for this identity.';
}
