import { Button, PasswordInput, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useCallback, useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { Copy } from '../../ui/copy.tsx';
import { useNarrowed } from '../../ui/narrowed.tsx';
import { Refusal } from '../../ui/refusal.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { useRevealed } from '../../ui/use-revealed.ts';
import { Script, type Credential } from './script.tsx';
import { Section } from './section.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CopyCommand } from '../../ui/copy-command.tsx';

const readCredentials = (client: Client): Promise<Credential[]> => client.settings.credentials();

/** For outside scripts: a certificate, or the users and passwords of the embedded broker. */
export function Credentials(): ReactNode {
  const { shown, state, dismiss, reveal, hide, refresh } = useRevealed(readCredentials);
  return (
    <Section title={t('settings:credentials.title')} says={t('settings:credentials.says')}>
      <div>
        <Button
          variant="default"
          data-testid="credentials-reveal"
          leftSection={
            shown ? <IconEyeOff size={15} aria-hidden /> : <IconEye size={15} aria-hidden />
          }
          loading={state.kind === 'running'}
          onClick={shown ? hide : reveal}
        >
          {shown ? t('settings:credentials.hide') : t('settings:credentials.reveal')}
        </Button>
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
      {shown?.length === 0 ? <p className="soft">{t('settings:credentials.none')}</p> : null}
      {shown !== null && shown.length > 0 ? (
        <>
          <Passwords credentials={shown} />
          <OwnPassword onSet={refresh} />
        </>
      ) : null}
      {shown === null ? null : <Script credentials={shown} />}
    </Section>
  );
}

const userOf = ({ user }: Credential): string => user;

function Passwords(props: { credentials: readonly Credential[] }): ReactNode {
  const listed = useNarrowed(props.credentials, userOf, t('settings:outside.find'));
  return (
    <>
      {listed.field}
      <table className="credentials">
        <thead>
          <tr>
            <th scope="col">{t('settings:credentials.user')}</th>
            <th scope="col">{t('settings:credentials.password')}</th>
            <th>
              <span className="visually-hidden">{t('settings:credentials.copy')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {listed.shown.map((entry) => (
            <tr key={entry.user}>
              <td className="mono">{entry.user}</td>
              <td className="mono">{entry.password}</td>
              <td>
                <Copy
                  text={entry.password}
                  what={t('settings:credentials.passwordOf', { user: entry.user })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const EXAMPLE_USER = 'backend';

/** One that a script has already, for the embedded broker. */
function OwnPassword(props: { onSet: () => void }): ReactNode {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const { state, run, dismiss } = useCommand(
    useCallback(async (client: Client, name: string, word: string | null) => {
      await client.settings.setPassword({ broker: 'own', user: name, password: word });
      notifications.show({
        message:
          word === null
            ? t('settings:credentials.gone', { user: name })
            : t('settings:credentials.set', { user: name }),
      });
    }, []),
  );
  const workspace = useWorkspace();
  const set = (word: string | null): void => {
    void run(user.trim(), word).then((done) => {
      if (!done) return;
      // Another may be typed by now.
      setPassword((now) => (now === word ? '' : now));
      props.onSet();
    });
  };
  return (
    <div className="fields">
      <div
        className="password-row"
        data-testid="own-password"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
            event.preventDefault();
            if (user.trim() !== '' && password !== '') set(password);
          }
        }}
      >
        <TextInput
          label={t('settings:credentials.setFor')}
          placeholder={EXAMPLE_USER}
          classNames={{ input: 'mono' }}
          value={user}
          onChange={(event) => {
            setUser(event.currentTarget.value);
          }}
        />
        <PasswordInput
          size="xs"
          label={t('settings:credentials.password')}
          autoComplete="new-password"
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
        <Button
          variant="default"
          disabled={user.trim() === '' || password === ''}
          loading={state.kind === 'running'}
          onClick={() => {
            set(password);
          }}
        >
          {t('settings:credentials.setButton')}
        </Button>
        <Button
          variant="default"
          disabled={user.trim() === ''}
          onClick={() => {
            set(null);
          }}
        >
          {t('settings:credentials.forget')}
        </Button>
        {user.trim() === '' ? null : (
          <CopyCommand compact command={cli.password(workspace, 'own', user.trim(), 'set')} />
        )}
      </div>
      {state.kind === 'refused' ? <Refusal refusal={state.refusal} onClose={dismiss} /> : null}
    </div>
  );
}
