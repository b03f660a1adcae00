import { Button, Tooltip } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { asShell, type CliCommand } from '../state/cli-commands.ts';
import { copyText } from './copy.tsx';

/** The action beside it, as a command for a script. */
export function CopyCommand(props: { command: CliCommand }): ReactNode {
  const text = asShell(props.command);
  const [copied, setCopied] = useState<string | null>(null);
  const done = copied === text;
  return (
    <Tooltip label={<span className="mono">{text}</span>} maw={480}>
      <Button
        variant="subtle"
        color="gray"
        leftSection={
          done ? <IconCheck size={15} aria-hidden /> : <IconTerminal2 size={15} aria-hidden />
        }
        data-testid="copy-command"
        data-command={text}
        onClick={() => {
          void copyText(text).then((worked) => {
            setCopied(worked ? text : null);
          });
        }}
      >
        {done ? t('ui:copied') : t('ui:copyCommand')}
      </Button>
    </Tooltip>
  );
}
