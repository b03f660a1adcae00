import { Button } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useCommand } from '../../ui/use-command.ts';
import { WaitingNote } from '../../ui/waiting-note.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const answer = (client: Client, vin: string, updateId: string, accept: boolean): Promise<unknown> =>
  client.vehicles.confirm({ vin, updateId, accept });

/** The question a vehicle asks before its first write, where its policy wants that. */
export function Confirmation(props: { vin: string; updateId: string }): ReactNode {
  const { vin, updateId } = props;
  const command = useCommand(answer);
  const { state, run } = command;
  const workspace = useWorkspace();
  const say = (accept: boolean) => (): void => {
    void run(vin, updateId, accept);
  };
  return (
    <WaitingNote
      icon={<IconHandStop size={18} aria-hidden />}
      title={t('vehicles:confirmation.waits')}
      says={t('vehicles:confirmation.why')}
      testId="confirmation"
      command={command}
    >
      <CopyCommand compact command={cli.update(workspace, 'decline', updateId)} />
      <Button
        variant="default"
        data-testid="confirmation-decline"
        loading={state.kind === 'running'}
        onClick={say(false)}
      >
        {t('vehicles:confirmation.decline')}
      </Button>
      <CopyCommand compact command={cli.update(workspace, 'confirm', updateId)} />
      <Button
        data-testid="confirmation-accept"
        loading={state.kind === 'running'}
        onClick={say(true)}
      >
        {t('vehicles:confirmation.accept')}
      </Button>
    </WaitingNote>
  );
}
