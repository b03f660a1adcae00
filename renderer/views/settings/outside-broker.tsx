import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { RefusalView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { onClient } from '../../state/connection.store.ts';
import { readText } from '../../state/files.ts';
import { RefusedHere, refusalOf, toRefusal } from '../../state/refusal.ts';
import { draftOutsideCa } from '../../state/settings-draft.store.ts';
import { showAfter } from '../../state/show-after.ts';
import { FileField } from '../../ui/file-field.tsx';
import { useNarrowed } from '../../ui/narrowed.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import type { SectionProps } from './section-props.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

export function OutsideBroker({ settings, edit }: SectionProps): ReactNode {
  const outside = settings.externalBroker;
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  // Of two files chosen one after the other the second counts, whichever is read first.
  const latest = useRef<File>(undefined);
  if (outside === null) return null;
  const takeCa = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    latest.current = file;
    try {
      setRefusal(null);
      const caPem = await readText(file);
      if (!caPem.includes('-----BEGIN CERTIFICATE-----')) {
        throw new RefusedHere(
          refusalOf(
            'FILE_NOT_CERTIFICATE',
            () => t('settings:outside.noCertificate.reason', { name: file.name }),
            () => t('settings:outside.noCertificate.next'),
          ),
        );
      }
      if (file === latest.current) draftOutsideCa(caPem);
    } catch (error) {
      if (file === latest.current) setRefusal(toRefusal(error));
    }
  };
  const secure = /^(mqtts|wss):/.test(outside.url);
  return (
    <div className="outside">
      <TextInput
        label={t('settings:outside.address')}
        description={t('settings:outside.addressSays')}
        placeholder={EXAMPLE}
        classNames={{ input: 'mono' }}
        value={outside.url}
        onChange={(event) => {
          edit({ externalBroker: { ...outside, url: event.currentTarget.value } });
        }}
      />
      {secure ? (
        <>
          <FileField
            label={t('settings:outside.ca')}
            hint={t('settings:outside.caHint')}
            accept=".pem,.crt,.cer"
            files={[]}
            onFiles={(files) => {
              void takeCa(files[0]);
            }}
            testId="outside-ca"
          />
          {outside.caPem === null ? null : (
            <div className="row">
              <span>
                {t('settings:outside.caSet')}{' '}
                <span className="faint">
                  ({t('settings:outside.caCount', { count: caCount(outside.caPem) })})
                </span>
              </span>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => {
                  edit({ externalBroker: { ...outside, caPem: null } });
                }}
              >
                {t('settings:outside.remove')}
              </Button>
            </div>
          )}
        </>
      ) : null}
      {refusal === null ? null : (
        <Refusal
          refusal={refusal}
          onClose={() => {
            setRefusal(null);
          }}
        />
      )}
      <OutsidePasswords />
    </div>
  );
}

const EXAMPLE = 'mqtts://host:8883';

const caCount = (pem: string): number => pem.split('-----BEGIN CERTIFICATE-----').length - 1;

const asItself = (name: string): string => name;

/** Kept by the vault at once; the form's Save is not needed for them. */
function OutsidePasswords(): ReactNode {
  const [users, setUsers] = useState<readonly string[]>([]);
  const listed = useNarrowed(users, asItself, t('settings:outside.find'));
  const [user, setUser] = useState('backend');
  const [password, setPassword] = useState('');
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client, name: string, word: string | null) => {
      await client.settings.setPassword({ broker: 'outside', user: name, password: word });
      await showAfter(() => client.settings.outsideUsers(), setUsers);
    }, []),
  );
  useEffect(
    () =>
      onClient((client) => {
        client?.settings.outsideUsers().then(setUsers, () => {
          // The list only tells what is known; entering a password still works.
        });
      }),
    [],
  );
  const workspace = useWorkspace();
  const keep = (): void => {
    if (user.trim() === '' || password === '') return;
    void run(user.trim(), password).then((done) => {
      // Another may be typed by now.
      if (done) setPassword((now) => (now === password ? '' : now));
    });
  };
  return (
    <div className="fields">
      <div
        className="password-row"
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          // Enter would save the form around it, which the password is no part of.
          event.preventDefault();
          keep();
        }}
      >
        <TextInput
          label={t('settings:outside.user')}
          classNames={{ input: 'mono' }}
          value={user}
          onChange={(event) => {
            setUser(event.currentTarget.value);
          }}
        />
        <PasswordInput
          size="xs"
          label={t('settings:outside.password')}
          autoComplete="off"
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
        <Button
          variant="default"
          disabled={user.trim() === '' || password === ''}
          loading={state.kind === 'running'}
          onClick={keep}
        >
          {t('settings:outside.keep')}
        </Button>
        {user.trim() === '' ? null : (
          <CopyCommand compact command={cli.password(workspace, 'outside', user.trim(), 'set')} />
        )}
      </div>
      <p className="faint">{t('settings:outside.keepSays')}</p>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      {listed.field}
      {users.length === 0 ? null : (
        <ul className="known-users" aria-label={t('settings:outside.known')}>
          {listed.shown.map((name) => (
            <li key={name}>
              <span className="mono">{name}</span>
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<IconTrash size={13} aria-hidden />}
                onClick={() => void run(name, null)}
              >
                {t('settings:outside.forget')}
              </Button>
              <CopyCommand compact command={cli.password(workspace, 'outside', name, 'forget')} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
