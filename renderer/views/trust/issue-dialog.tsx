import { NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';

const EXAMPLES = { client: 'VIN1234567890', server: 'broker.bench.local' } as const;

type Request = { kind: 'server' | 'client'; cn: string; hosts: string[]; days: number };

const issue = async (client: Client, request: Request): Promise<void> => {
  const certificate = await client.trust.issue(request);
  selectCertificate(certificate.fingerprint);
  notifications.show({ message: t('trust:issue.done', { cn: certificate.cn }) });
};

export function IssueDialog(props: { onClose: () => void }): ReactNode {
  const workspace = useWorkspace();
  const [kind, setKind] = useState<'server' | 'client'>('client');
  const [cn, setCn] = useState('');
  const [hosts, setHosts] = useState('localhost, 127.0.0.1');
  const [days, setDays] = useState<number | null>(365);
  const { state, run, dismiss } = useCommand(issue);
  const fault = nameFault(cn.trim());
  return (
    <CommandDialog
      testId="issue"
      title={t('trust:issue.title')}
      confirm={t('trust:issue.confirm')}
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
        aria-label={t('trust:issue.kind')}
        value={kind}
        onChange={(value) => {
          setKind(value === 'server' ? 'server' : 'client');
        }}
      >
        <Stack gap={8}>
          <Radio
            value="client"
            label={t('trust:issue.client')}
            description={t('trust:issue.clientSays')}
          />
          <Radio
            value="server"
            label={t('trust:issue.server')}
            description={t('trust:issue.serverSays')}
          />
        </Stack>
      </Radio.Group>
      <TextInput
        label={t('trust:issue.name')}
        data-autofocus
        data-testid="issue-cn"
        placeholder={EXAMPLES[kind]}
        classNames={{ input: 'mono' }}
        value={cn}
        error={fault}
        onChange={(event) => {
          setCn(event.currentTarget.value);
        }}
      />
      {kind === 'server' ? (
        <TextInput
          label={t('trust:issue.hosts')}
          description={t('trust:issue.hostsSay')}
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
      label={t('trust:issue.days')}
      data-testid="issue-days"
      min={1}
      max={3_650}
      allowDecimal={false}
      value={props.days ?? ''}
      error={props.days === null ? t('trust:issue.wrongDays') : undefined}
      onChange={(value) => {
        props.onDays(typeof value === 'number' ? value : null);
      }}
    />
  );
}

/** A name is a part of topics, where these three have a meaning of their own. */
function nameFault(name: string): string | null {
  if (name.length > 64) return t('trust:issue.long', { length: name.length });
  return /[+#/]/.test(name) ? t('trust:issue.signs') : null;
}

function listOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
