import { Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { screens, showScreen, useScreen } from '../../state/screen.store.ts';
import { useBench } from '../../state/bench.store.ts';
import { screenWords } from './screens.tsx';

export function Nav(): ReactNode {
  const current = useScreen((store) => store.screen);
  const version = useBench((store) => store.bench?.version);
  return (
    <nav className="nav" aria-label={t('shell:screens')}>
      {screens.map((screen) => {
        const { name, icon: Icon } = screenWords(screen);
        return (
          <button
            key={screen}
            type="button"
            className="nav-item"
            data-testid={`nav-${screen}`}
            aria-current={screen === current ? 'page' : undefined}
            aria-label={name}
            title={name}
            onClick={() => {
              showScreen(screen);
            }}
          >
            <Icon size={18} stroke={1.7} aria-hidden />
            <span>{name}</span>
          </button>
        );
      })}
      <div className="spring" />
      <button
        type="button"
        className="nav-item nav-find"
        title={t('shell:nav.findCommand')}
        onClick={spotlight.open}
      >
        <IconSearch size={18} stroke={1.7} aria-hidden />
        <span>{t('shell:nav.find')}</span>
        <Kbd size="xs">
          {t('shell:nav.keys', { modifier: onMac ? '⌘' : t('shell:nav.control') })}
        </Kbd>
      </button>
      <div className="nav-version faint">
        {version === undefined ? '' : t('shell:nav.version', { version })}
      </div>
    </nav>
  );
}

const onMac = navigator.userAgent.includes('Macintosh');
