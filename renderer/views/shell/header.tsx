import { ActionIcon, Tooltip, useMantineColorScheme } from '@mantine/core';
import {
  IconAlertTriangle,
  IconDeviceDesktop,
  IconLock,
  IconMoon,
  IconSun,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { BenchView, RoleName } from '#core/contract';
import icon from '../../../resources/icon.svg';
import { useBench } from '../../state/bench.store.ts';
import { t } from '../../i18n/index.ts';
import { useConnection } from '../../state/connection.store.ts';
import { chooseLanguage, useLanguage } from '../../state/language.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { asSentence } from '../../ui/told/told.ts';
import { Tag } from '../../ui/tag.tsx';
import { roleWords } from '../../ui/words.ts';

export function Header(): ReactNode {
  const bench = useBench((store) => store.bench);
  return (
    <section className="header" aria-label={t('shell:header.label')}>
      <div className="brand">
        <img src={icon} alt="" width={24} height={24} />
        <strong>OTA Bench</strong>
      </div>
      {bench ? <Roles bench={bench} /> : null}
      <div className="spring" />
      {bench ? <VaultMode bench={bench} /> : null}
      <ConnectionTag />
      <LanguageSwitch />
      <ThemeSwitch />
    </section>
  );
}

const roles: readonly RoleName[] = ['backend', 'broker', 'dcu'];

function Roles(props: { bench: BenchView }): ReactNode {
  return (
    <button
      type="button"
      className="header-roles"
      title={t('shell:header.roles')}
      onClick={() => {
        showScreen('bench');
      }}
    >
      {roles.map((role) => {
        const { word, tone } = roleWords(props.bench.roles[role].kind);
        return (
          <span key={role} className="row">
            <span className="faint">{t(`shell:header.${role}`)}</span>
            <Tag tone={tone} plain>
              {word}
            </Tag>
          </span>
        );
      })}
    </button>
  );
}

/** Session-only is never silent: it is marked, says why, and leads to where it is explained. */
function VaultMode(props: { bench: BenchView }): ReactNode {
  const { vault, vaultRefusal } = props.bench;
  const session = vault === 'session';
  const word = t(session ? 'shell:vault.session.word' : 'shell:vault.keychain.word');
  const says = t(session ? 'shell:vault.session.says' : 'shell:vault.keychain.says');
  const why = vaultRefusal ? ` ${asSentence(vaultRefusal.reason)}` : '';
  return (
    <Tooltip label={says + why} events={{ hover: true, focus: true, touch: true }}>
      <button
        type="button"
        className="header-vault"
        data-mode={vault}
        data-testid="vault-mode"
        aria-label={t('shell:vault.open', { word, says: says + why })}
        onClick={() => {
          showScreen('trust');
        }}
      >
        {session ? <IconAlertTriangle size={14} aria-hidden /> : <IconLock size={14} aria-hidden />}
        {word}
      </button>
    </Tooltip>
  );
}

function ConnectionTag(): ReactNode {
  const kind = useConnection((store) => store.state.kind);
  switch (kind) {
    case 'up':
      return <Tag tone="ok">{t('shell:connection.up')}</Tag>;
    case 'opening':
      return <Tag tone="busy">{t('shell:connection.opening')}</Tag>;
    case 'lost':
      return <Tag tone="bad">{t('shell:connection.lost')}</Tag>;
    case 'refused':
      return <Tag tone="bad">{t('shell:connection.refused')}</Tag>;
  }
}

/** Names the other language in that language, so that whoever needs it can read it. */
function LanguageSwitch(): ReactNode {
  const language = useLanguage((store) => store.language);
  const other = language === 'en' ? 'de' : 'en';
  return (
    <Tooltip label={t('shell:language.change')}>
      <ActionIcon
        lang={other}
        // What is seen is said too (WCAG 2.5.3).
        aria-label={`${language.toUpperCase()}: ${t('shell:language.change')}`}
        data-testid="language"
        onClick={() => {
          chooseLanguage(other);
        }}
      >
        <span className="mono">{language.toUpperCase()}</span>
      </ActionIcon>
    </Tooltip>
  );
}

const themes = {
  auto: { next: 'light', icon: IconDeviceDesktop },
  light: { next: 'dark', icon: IconSun },
  dark: { next: 'auto', icon: IconMoon },
} as const;

function ThemeSwitch(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, icon: Icon } = themes[colorScheme];
  const label = t(`shell:theme.is.${colorScheme}`);
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={t('shell:theme.change', { theme: label })}
        onClick={() => {
          setColorScheme(next);
        }}
      >
        <Icon size={17} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
