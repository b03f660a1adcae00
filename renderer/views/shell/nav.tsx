import { Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { screens, showScreen, useScreen, type Screen } from '../../state/screen.store.ts';
import { useBench } from '../../state/bench.store.ts';
import { screenWords } from './screens.tsx';

export function Nav(): ReactNode {
  const current = useScreen((store) => store.screen);
  return (
    <nav className="nav" aria-label={t('shell:screens')}>
      {screens.map((screen) => (
        <Item key={screen} screen={screen} isCurrent={screen === current} />
      ))}
      <Foot />
    </nav>
  );
}

const Item = memo(function Item(props: { screen: Screen; isCurrent: boolean }): ReactNode {
  const { screen, isCurrent } = props;
  const { name, icon: Icon } = screenWords(screen);
  return (
    <button
      type="button"
      className="nav-item"
      data-testid={`nav-${screen}`}
      aria-current={isCurrent ? 'page' : undefined}
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
});

const Foot = memo(function Foot(): ReactNode {
  const version = useBench((store) => store.bench?.version);
  return (
    <>
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
    </>
  );
});

const onMac = navigator.userAgent.includes('Macintosh');
