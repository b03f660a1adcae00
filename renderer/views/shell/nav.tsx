import { Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { screens, showScreen, useScreen } from '../../state/screen.store.ts';
import { useBench } from '../../state/bench.store.ts';
import { screenWords } from './screens.tsx';

export function Nav(): ReactNode {
  const current = useScreen((store) => store.screen);
  const version = useBench((store) => store.bench?.version);
  return (
    <nav className="nav" aria-label="Screens">
      {screens.map((screen) => {
        const { name, icon: Icon } = screenWords[screen];
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
        title="Find a command"
        onClick={spotlight.open}
      >
        <IconSearch size={18} stroke={1.7} aria-hidden />
        <span>Find</span>
        <Kbd size="xs">{MODIFIER} K</Kbd>
      </button>
      <div className="nav-version faint">{version === undefined ? '' : `Version ${version}`}</div>
    </nav>
  );
}

const MODIFIER = navigator.userAgent.includes('Macintosh') ? '⌘' : 'Ctrl';
