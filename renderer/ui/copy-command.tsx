import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconTerminal2 } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { asShell, type CliCommand } from '../state/cli-commands.ts';
import { copyText } from './copy.tsx';

/** The action beside it, as a command for a script. `compact`: where many actions are in a row. */
export function CopyCommand(props: { command: CliCommand; compact?: boolean }): ReactNode {
  const text = asShell(props.command);
  const [copied, setCopied] = useState<string | null>(null);
  const done = copied === text;
  const label = done ? t('ui:copied') : t('ui:copyCommand');
  const icon = done ? <IconCheck size={15} aria-hidden /> : <IconTerminal2 size={15} aria-hidden />;
  const shared = {
    variant: 'subtle',
    color: 'gray',
    'data-testid': 'copy-command',
    'data-command': text,
    onClick: () => {
      void copyText(text).then((worked) => {
        setCopied(worked ? text : null);
      });
    },
  };
  return (
    <Tooltip
      multiline
      maw={480}
      label={
        <>
          {props.compact === true ? <span>{label}: </span> : null}
          <span className="mono copied-command">{text}</span>
          <br />
          <span>{t('ui:copyCommandSays')}</span>
        </>
      }
    >
      {props.compact === true ? (
        <ActionIcon size="sm" aria-label={label} {...shared}>
          {icon}
        </ActionIcon>
      ) : (
        <Button leftSection={icon} {...shared}>
          {label}
        </Button>
      )}
    </Tooltip>
  );
}
