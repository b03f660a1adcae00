import { Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

/** 16 to 64 bytes. */
const HEX = /^([0-9a-fA-F]{2}){16,64}$/;

const replace = async (client: Client, hex: string | null): Promise<void> => {
  await client.secret.set({ hex });
  notifications.show({ message: t('trust:secret.done') });
};

export function SecretDialog(props: { onClose: () => void }): ReactNode {
  const [way, setWay] = useState<'random' | 'own'>('random');
  const [hex, setHex] = useState('');
  const { state, run, dismiss } = useCommand(replace);
  const workspace = useWorkspace();
  const wrong = way === 'own' && !HEX.test(hex.trim());
  return (
    <CommandDialog
      testId="secret"
      title={t('trust:secret.title')}
      confirm={t('trust:secret.confirm')}
      cancel={t('trust:secret.keep')}
      danger
      command={cli.secret(workspace, way)}
      state={state}
      disabled={wrong}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run(way === 'own' ? hex.trim() : null).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>{t('trust:secret.says')}</p>
      <Radio.Group
        aria-label={t('trust:secret.new')}
        value={way}
        onChange={(value) => {
          setWay(value === 'own' ? 'own' : 'random');
        }}
      >
        <Stack gap={8}>
          <Radio
            value="random"
            label={t('trust:secret.random')}
            description={t('trust:secret.randomSays')}
          />
          <Radio value="own" label={t('trust:secret.own')} />
        </Stack>
      </Radio.Group>
      {way === 'own' ? (
        <TextInput
          label={t('trust:secret.hex')}
          description={t('trust:secret.hexSays')}
          classNames={{ input: 'mono' }}
          autoComplete="off"
          spellCheck={false}
          data-testid="secret-own"
          value={hex}
          error={wrong && hex !== '' ? t('trust:secret.wrong') : undefined}
          onChange={(event) => {
            setHex(event.currentTarget.value);
          }}
        />
      ) : null}
    </CommandDialog>
  );
}
