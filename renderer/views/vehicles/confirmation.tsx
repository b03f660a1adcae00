import { Button } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import './confirmation.css';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const answer = (client: Client, vin: string, updateId: string, accept: boolean): Promise<unknown> =>
  client.vehicles.confirm({ vin, updateId, accept });

/** The question a vehicle asks before its first write, where its policy wants that. */
export function Confirmation(props: { vin: string; updateId: string }): ReactNode {
  const { vin, updateId } = props;
  const { state, run, dismiss } = useCommand(answer);
  const workspace = useWorkspace();
  const say = (accept: boolean) => (): void => {
    void run(vin, updateId, accept);
  };
  return (
    <div className="confirmation" data-tone="warn" data-testid="confirmation">
      <IconHandStop size={18} aria-hidden />
      <span>
        <strong>{t('vehicles:confirmation.waits')}</strong> {t('vehicles:confirmation.why')}
      </span>
      <span className="spring" />
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
      {state.kind === 'refused' ? (
        <div className="confirmation-refusal">
          <Refusal refusal={state.refusal} onClose={dismiss} />
        </div>
      ) : null}
    </div>
  );
}
