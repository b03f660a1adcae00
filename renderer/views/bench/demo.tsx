import { Button, Loader } from '@mantine/core';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BenchView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { cli } from '../../state/cli-commands.ts';
import { focusUpdate, useUpdates } from '../../state/updates.store.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { told } from '../../ui/told/told.ts';

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
    <section
      className={first ? 'panel demo demo-first' : 'panel demo'}
      aria-label={t('bench:demo.label')}
    >
      <div className="demo-words">
        <h2>{first ? t('bench:demo.first') : t('bench:demo.label')}</h2>
        <p className="soft">{t('bench:demo.says')}</p>
      </div>
      <DemoState bench={props.bench} />
      <CopyCommand command={cli.demo(props.bench.workspace)} />
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
        {busy ? t('bench:demo.running') : first ? t('bench:demo.run') : t('bench:demo.again')}
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
      return (
        <Tag tone="busy" title={told(demo.note)}>
          {demo.updateId === undefined ? t('bench:demo.preparing') : t('bench:demo.underway')}
        </Tag>
      );
    case 'done':
      return <Tag tone="ok">{t('bench:demo.done')}</Tag>;
    case 'failed':
      return <Tag tone="bad">{t('bench:demo.failed')}</Tag>;
  }
}
