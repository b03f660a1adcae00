import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import type { GuidedRun } from '../../state/guided-steps.ts';
import { asShell, cli } from '../../state/cli-commands.ts';
import { copyText } from '../../ui/copy.tsx';

/** The same update for a script, to be copied. */
export function CliCommand({ run }: { run: GuidedRun }): ReactNode {
  const workspace = useWorkspace();
  const [copied, setCopied] = useState(false);
  const command = asShell(cli.publishReleases(workspace, run.vin ?? '', run.chosen));
  return (
    <details className="guided-cli">
      <summary>{t('guided:confirm.command')}</summary>
      <p className="soft">{t('guided:confirm.commandSays')}</p>
      <pre className="code" data-testid="guided-command">
        {command}
      </pre>
      <Button
        size="md"
        variant="default"
        data-testid="guided-copy-command"
        leftSection={
          copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />
        }
        onClick={() => {
          void copyText(command).then(setCopied);
        }}
      >
        {copied ? t('guided:confirm.copied') : t('guided:confirm.copyCommand')}
      </Button>
    </details>
  );
}
