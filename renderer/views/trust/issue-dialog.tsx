import { NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';

type Request = { kind: 'server' | 'client'; cn: string; hosts: string[]; days: number };

const issue = async (client: Client, request: Request): Promise<void> => {
  const certificate = await client.trust.issue(request);
  selectCertificate(certificate.fingerprint);
  notifications.show({ message: `Issued for ${certificate.cn}.` });
};

export function IssueDialog(props: { onClose: () => void }): ReactNode {
  const workspace = useBench((store) => store.bench?.workspace) ?? '';
  const [kind, setKind] = useState<'server' | 'client'>('client');
  const [cn, setCn] = useState('');
  const [hosts, setHosts] = useState('localhost, 127.0.0.1');
  const [days, setDays] = useState<number | null>(365);
  const { state, run, dismiss } = useCommand(issue);
  const fault = nameFault(cn.trim());
  return (
    <CommandDialog
      testId="issue"
      title="Issue a certificate"
      confirm="Issue"
      state={state}
      disabled={cn.trim() === '' || fault !== null || days === null}
      onDismiss={dismiss}
      onClose={props.onClose}
      command={
        days === null
          ? null
          : cli.issue(workspace, {
              kind,
              cn: cn.trim(),
              days,
              hosts: kind === 'server' ? listOf(hosts) : [],
            })
      }
      onConfirm={() => {
        if (days === null) return;
        void run({ kind, cn: cn.trim(), days, hosts: kind === 'server' ? listOf(hosts) : [] }).then(
          (done) => {
            if (done) props.onClose();
          },
        );
      }}
    >
      <Radio.Group
        aria-label="Kind"
        value={kind}
        onChange={(value) => {
          setKind(value === 'server' ? 'server' : 'client');
        }}
      >
        <Stack gap={8}>
          <Radio
            value="client"
            label="Client"
            description="Its name is its MQTT identity: a VIN, or backend or gatekeeper."
          />
          <Radio
            value="server"
            label="Server"
            description="For a broker or an API: others check the addresses below."
          />
        </Stack>
      </Radio.Group>
      <TextInput
        label="Name (CN)"
        data-autofocus
        data-testid="issue-cn"
        placeholder={kind === 'client' ? 'VIN1234567890' : 'broker.bench.local'}
        classNames={{ input: 'mono' }}
        value={cn}
        error={fault}
        onChange={(event) => {
          setCn(event.currentTarget.value);
        }}
      />
      {kind === 'server' ? (
        <TextInput
          label="Host names and addresses"
          description="Separated by commas; a client refuses the server under any other name."
          classNames={{ input: 'mono' }}
          value={hosts}
          onChange={(event) => {
            setHosts(event.currentTarget.value);
          }}
        />
      ) : null}
      <Days days={days} onDays={setDays} />
    </CommandDialog>
  );
}

export function Days(props: {
  /** Null while the field is empty. */
  days: number | null;
  onDays: (days: number | null) => void;
}): ReactNode {
  return (
    <NumberInput
      label="Valid for, days"
      min={1}
      max={3_650}
      allowDecimal={false}
      value={props.days ?? ''}
      error={props.days === null ? 'From 1 to 3650 days' : undefined}
      onChange={(value) => {
        props.onDays(typeof value === 'number' ? value : null);
      }}
    />
  );
}

/** A name is a part of topics, where these three have a meaning of their own. */
function nameFault(name: string): string | null {
  if (name.length > 64) return `At most 64 characters; these are ${name.length.toString()}`;
  return /[+#/]/.test(name) ? 'The characters + # and / cannot be in a name' : null;
}

function listOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
