import { Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';

/** 16 to 64 bytes. */
const HEX = /^([0-9a-fA-F]{2}){16,64}$/;

const replace = async (client: Client, hex: string | null): Promise<void> => {
  await client.secret.set({ hex });
  notifications.show({ message: 'The shared secret is replaced.' });
};

export function SecretDialog(props: { onClose: () => void }): ReactNode {
  const [way, setWay] = useState<'random' | 'own'>('random');
  const [hex, setHex] = useState('');
  const { state, run, dismiss } = useCommand(replace);
  const wrong = way === 'own' && !HEX.test(hex.trim());
  return (
    <CommandDialog
      testId="secret"
      title="Replace the shared secret?"
      confirm="Replace it"
      cancel="Keep it"
      danger
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
      <p>
        Every script that signs with the present secret is refused until it has the new one.
        Messages signed before no longer verify. Roles must be stopped.
      </p>
      <Radio.Group
        aria-label="New secret"
        value={way}
        onChange={(value) => {
          setWay(value === 'own' ? 'own' : 'random');
        }}
      >
        <Stack gap={8}>
          <Radio value="random" label="A new random one" description="32 bytes." />
          <Radio value="own" label="One that a script has already" />
        </Stack>
      </Radio.Group>
      {way === 'own' ? (
        <TextInput
          label="Secret, hex"
          description="32 to 128 hexadecimal digits (16 to 64 bytes)."
          classNames={{ input: 'mono' }}
          autoComplete="off"
          spellCheck={false}
          data-testid="secret-own"
          value={hex}
          error={wrong && hex !== '' ? 'Not 16 to 64 bytes of hex' : undefined}
          onChange={(event) => {
            setHex(event.currentTarget.value);
          }}
        />
      ) : null}
    </CommandDialog>
  );
}
