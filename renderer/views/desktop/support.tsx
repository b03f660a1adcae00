import { Button } from '@mantine/core';
import { IconFolderOpen, IconLifebuoy } from '@tabler/icons-react';
import { type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { tellDesktop } from '../../desktop.ts';
import { t } from '../../i18n/index.ts';
import { hasLogs } from '../../state/desktop.ts';
import { saveFile } from '../../state/files.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import './desktop.css';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const save = async (client: Client): Promise<void> => {
  saveFile(await client.diagnostics.save());
};

/** What somebody is asked for who asks for help. */
export function Support(): ReactNode {
  const { state, run, dismiss } = useCommand(save);
  const workspace = useWorkspace();
  return (
    <div className="support">
      <p className="soft">{t('desktop:support.says')}</p>
      <div className="row">
        <Button
          variant="default"
          data-testid="save-diagnostics"
          loading={state.kind === 'running'}
          leftSection={<IconLifebuoy size={15} aria-hidden />}
          onClick={() => void run()}
        >
          {t('desktop:support.save')}
        </Button>
        <CopyCommand compact command={cli.diagnostics(workspace)} />
        {hasLogs() ? (
          <Button
            variant="default"
            leftSection={<IconFolderOpen size={15} aria-hidden />}
            onClick={() => {
              tellDesktop({ kind: 'show-logs' });
            }}
          >
            {t('desktop:support.logs')}
          </Button>
        ) : null}
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </div>
  );
}
