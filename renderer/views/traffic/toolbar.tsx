import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import {
  holdTraffic,
  releaseTraffic,
  selectMessage,
  setOrder,
  useTraffic,
} from '../../state/traffic.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { count } from '../../ui/format.ts';
import { useCommand } from '../../ui/use-command.ts';
import { TearOff } from '../desktop/tear-off.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

const clear = async (client: Client): Promise<void> => {
  await client.traffic.clear();
  selectMessage(null);
};

export function Toolbar(): ReactNode {
  const hold = useTraffic((store) => store.hold);
  const held = hold.kind === 'held';
  const waiting = useTraffic((store) => store.waiting);
  const order = useTraffic((store) => store.order);
  const [asking, setAsking] = useState(false);
  return (
    <div className="row traffic-toolbar">
      <SegmentedControl
        aria-label={t('traffic:toolbar.order')}
        value={order}
        onChange={setOrder}
        data={[
          { value: 'newest', label: t('traffic:toolbar.newest') },
          { value: 'oldest', label: t('traffic:toolbar.follow') },
        ]}
      />
      <Button
        variant={held ? 'filled' : 'default'}
        data-testid="traffic-pause"
        aria-pressed={held}
        leftSection={
          held ? (
            <IconPlayerPlay size={14} aria-hidden />
          ) : (
            <IconPlayerPause size={14} aria-hidden />
          )
        }
        onClick={() => {
          if (held) releaseTraffic();
          else holdTraffic('button');
        }}
      >
        {held ? t('traffic:toolbar.resume') : t('traffic:toolbar.pause')}
        {/* Who scrolled away is told so over the list. */}
        {held && hold.by === 'button'
          ? ` · ${t('traffic:rows.waiting', { number: count(waiting) })}`
          : ''}
      </Button>
      <Tooltip label={t('traffic:toolbar.clear')}>
        <ActionIcon
          size={30}
          variant="default"
          aria-label={t('traffic:toolbar.clear')}
          onClick={() => {
            setAsking(true);
          }}
        >
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <TearOff />
      {asking ? <ClearDialog onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

function ClearDialog(props: { onClose: () => void }): ReactNode {
  const heldCount = useTraffic((store) => store.counts.held);
  const clearing = useCommand(clear);
  const workspace = useWorkspace();
  return (
    <CommandDialog
      title={t('traffic:toolbar.clear')}
      testId="traffic-clear"
      confirm={t('traffic:toolbar.delete', { count: heldCount, number: count(heldCount) })}
      danger
      command={cli.clearCapture(workspace)}
      state={clearing.state}
      onDismiss={clearing.dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void clearing.run().then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>{t('traffic:toolbar.clearSays')}</p>
    </CommandDialog>
  );
}
