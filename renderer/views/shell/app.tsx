import {
  localStorageColorSchemeManager,
  MantineProvider,
  mergeThemeOverrides,
} from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { followBench } from '../../state/bench.store.ts';
import { useConnection } from '../../state/connection.store.ts';
import { followLab } from '../../state/lab.store.ts';
import { useLanguage } from '../../state/language.store.ts';
import { useScreen } from '../../state/screen.store.ts';
import { followUpdates } from '../../state/updates.store.ts';
import { followVehicles } from '../../state/vehicles.store.ts';
import { Hints } from '../../ui/hints.tsx';
import { libraryWords } from '../../ui/library-words.ts';
import { theme } from '../../ui/theme.ts';
import { Tour } from '../help/tour.tsx';
import { useHelpKeys } from '../help/use-help-keys.ts';
import { isTornOff } from '../../desktop.ts';
import { DesktopBridge } from '../desktop/bridge.tsx';
import { Announcer } from './announcer.tsx';
import { Header } from './header.tsx';
import { fetchAhead, ScreenOf } from './loaded-screens.tsx';
import { LostBanner } from './lost-banner.tsx';
import { Nav } from './nav.tsx';
import { Palette } from './palette.tsx';
import { screenWords } from './screens.tsx';
import { SessionRefused } from './session-refused.tsx';
import './shell.css';

const schemes = localStorageColorSchemeManager({ key: 'ota-bench-theme' });

export function App(): ReactNode {
  const language = useLanguage((store) => store.language);
  return (
    <MantineProvider
      theme={mergeThemeOverrides(theme, libraryWords())}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      {/* Not over the buttons, which stand on the right. */}
      <Notifications position="bottom-center" limit={3} autoClose={5_000} />
      <Window key={language} />
    </MantineProvider>
  );
}

function Window(): ReactNode {
  const refused = useConnection((store) => store.state.kind === 'refused');
  useHelpKeys();
  useEffect(() => {
    const stops = [followBench(), followUpdates(), followVehicles(), followLab()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  useEffect(() => {
    // While nothing else is to do: who opens it wants rows, not to wait for a screen.
    const idle = requestIdleCallback(() => void fetchAhead());
    return () => {
      cancelIdleCallback(idle);
    };
  }, []);
  if (refused) return <SessionRefused />;
  return (
    <div className="window" data-torn-off={isTornOff}>
      <a className="skip" href="#main" onClick={skipToMain}>
        {t('shell:skip')}
      </a>
      <Header />
      {isTornOff ? null : <Nav />}
      <div className="stage">
        <LostBanner />
        <Tour />
        <main id="main" tabIndex={-1}>
          <Screen />
        </main>
      </div>
      <Palette />
      <DesktopBridge />
      <Announcer />
      <Hints />
    </div>
  );
}

/** By itself, so that a click on another screen draws that, and not all that stands around it. */
function Screen(): ReactNode {
  const screen = useScreen((store) => store.screen);
  useEffect(() => {
    // The browser takes milliseconds for it, and nobody reads it before the screen is there.
    const soon = setTimeout(() => {
      document.title = t('shell:pageTitle', { screen: screenWords(screen).name });
    });
    return () => {
      clearTimeout(soon);
    };
  }, [screen]);
  return <ScreenOf screen={screen} />;
}

/** The address belongs to the screens, so the link moves the focus itself. */
function skipToMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
