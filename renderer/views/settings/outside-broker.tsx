import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { RefusalView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { onClient } from '../../state/connection.store.ts';
import { readText } from '../../state/files.ts';
import { RefusedHere, toRefusal } from '../../state/refusal.ts';
import { FileField } from '../../ui/file-field.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import type { SectionProps } from './section-props.ts';

export function OutsideBroker({ settings, edit }: SectionProps): ReactNode {
  const outside = settings.externalBroker;
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  if (outside === null) return null;
  const takeCa = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      setRefusal(null);
      const caPem = await readText(file);
      if (!caPem.includes('-----BEGIN CERTIFICATE-----')) {
        throw new RefusedHere({
          code: 'FILE_NOT_CERTIFICATE',
          reason: `${file.name} holds no certificate in PEM`,
          next: 'Choose the CA certificate as PEM, with its BEGIN and END lines. What was set before stays.',
        });
      }
      edit({ externalBroker: { ...outside, caPem } });
    } catch (error) {
      setRefusal(toRefusal(error));
    }
  };
  const secure = /^(mqtts|wss):/.test(outside.url);
  return (
    <div className="outside">
      <TextInput
        label="Address of the outside broker"
        description="mqtts or wss; mqtt and ws are not encrypted. Its access rules must let backend, gatekeeper and each VIN in."
        placeholder="mqtts://host:8883"
        classNames={{ input: 'mono' }}
        value={outside.url}
        onChange={(event) => {
          edit({ externalBroker: { ...outside, url: event.currentTarget.value } });
        }}
      />
      {secure ? (
        <>
          <FileField
            label="Its CA certificate"
            hint="Without one: the bench CA and the well-known ones."
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
                A CA is set <span className="faint">({caCount(outside.caPem)})</span>
              </span>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => {
                  edit({ externalBroker: { ...outside, caPem: null } });
                }}
              >
                Remove
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

function caCount(pem: string): string {
  const count = pem.split('-----BEGIN CERTIFICATE-----').length - 1;
  return count === 1 ? '1 certificate' : `${count.toString()} certificates`;
}

/** Kept by the vault at once; the form's Save is not needed for them. */
function OutsidePasswords(): ReactNode {
  const [users, setUsers] = useState<readonly string[]>([]);
  const [user, setUser] = useState('backend');
  const [password, setPassword] = useState('');
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client, name: string, word: string | null) => {
      await client.settings.setPassword({ broker: 'outside', user: name, password: word });
      setUsers(await client.settings.outsideUsers());
    }, []),
  );
  useEffect(
    () =>
      onClient((client) => {
        client?.settings.outsideUsers().then(setUsers, () => {
          // The list only tells what is known; entering a password still works.
          setUsers([]);
        });
      }),
    [],
  );
  const keep = (): void => {
    if (user.trim() === '' || password === '') return;
    void run(user.trim(), password).then((done) => {
      if (done) setPassword('');
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
          label="User at the outside broker"
          classNames={{ input: 'mono' }}
          value={user}
          onChange={(event) => {
            setUser(event.currentTarget.value);
          }}
        />
        <PasswordInput
          size="xs"
          label="Its password"
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
          Keep
        </Button>
      </div>
      <p className="faint">
        backend, gatekeeper or a VIN, as the bench calls them. Kept with the other secrets, never in
        a file; the client certificate is shown as well.
      </p>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      {users.length === 0 ? null : (
        <ul className="known-users" aria-label="Users whose password is known">
          {users.map((name) => (
            <li key={name}>
              <span className="mono">{name}</span>
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<IconTrash size={13} aria-hidden />}
                onClick={() => void run(name, null)}
              >
                Forget
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
