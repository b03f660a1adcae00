import { Button, Loader } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BenchView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { focusUpdate, useUpdates } from '../../state/updates.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';

const runDemo = async (client: Client): Promise<void> => {
  const { updateId } = await client.demo.run();
  focusUpdate(updateId);
};

/** The first thing a newcomer presses; a slim bar once there is something to look at. */
export function Demo(props: { bench: BenchView }): ReactNode {
  const { demo } = props.bench;
  const { state, run, dismiss } = useCommand(runDemo);
  const hasUpdates = useUpdates((store) => (store.updates?.length ?? 0) > 0);
  const first = !hasUpdates && demo.kind === 'idle';
  const busy = demo.kind === 'running' || state.kind === 'running';
  return (
    <section className={first ? 'panel demo demo-first' : 'panel demo'} aria-label="Offline demo">
      <div className="demo-words">
        <h2>{first ? 'One signed update, from backend to ECU' : 'Offline demo'}</h2>
        <p className="soft">
          Starts a broker, a backend and a vehicle with four ECUs on this machine, and sends one
          signed update through them. No network needed.
        </p>
      </div>
      <DemoState bench={props.bench} />
      <Button
        data-testid="demo-run"
        size={first ? 'md' : 'xs'}
        variant={first ? 'filled' : 'default'}
        leftSection={
          busy ? <Loader size={14} /> : <IconPlayerPlayFilled size={first ? 18 : 14} aria-hidden />
        }
        disabled={busy}
        onClick={() => {
          void run();
        }}
      >
        {busy ? 'Demo running' : first ? 'Run the offline demo' : 'Run again'}
      </Button>
      {state.kind === 'refused' ? (
        <div className="demo-refusal">
          <Refusal refusal={state.refusal} onClose={dismiss} />
        </div>
      ) : demo.kind === 'failed' ? (
        <div className="demo-refusal">
          <Refusal refusal={demo.refusal} />
        </div>
      ) : null}
    </section>
  );
}

function DemoState(props: { bench: BenchView }): ReactNode {
  const { demo } = props.bench;
  switch (demo.kind) {
    case 'idle':
      return null;
    case 'running':
      return <Tag tone="busy">{demo.note}</Tag>;
    case 'done':
      return <Tag tone="ok">Done</Tag>;
    case 'failed':
      return <Tag tone="bad">Failed</Tag>;
  }
}
