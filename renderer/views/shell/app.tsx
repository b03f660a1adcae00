import {
  localStorageColorSchemeManager,
  MantineProvider,
  mergeThemeOverrides,
} from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { followBench } from '../../state/bench.store.ts';
import { useConnection } from '../../state/connection.store.ts';
import { followLab } from '../../state/lab.store.ts';
import { useLanguage } from '../../state/language.store.ts';
import { useScreen, type Screen } from '../../state/screen.store.ts';
import { followUpdates } from '../../state/updates.store.ts';
import { followVehicles } from '../../state/vehicles.store.ts';
import { libraryWords } from '../../ui/library-words.ts';
import { theme } from '../../ui/theme.ts';
import { BenchScreen } from '../bench/bench-screen.tsx';
import { Tour } from '../help/tour.tsx';
import { useHelpKeys } from '../help/use-help-keys.ts';
import { isTornOff } from '../../desktop.ts';
import { DesktopBridge } from '../desktop/bridge.tsx';
import { Announcer } from './announcer.tsx';
import { Header } from './header.tsx';
import { LostBanner } from './lost-banner.tsx';
import { Nav } from './nav.tsx';
import { Palette } from './palette.tsx';
import { screenWords } from './screens.tsx';
import { SessionRefused } from './session-refused.tsx';
import './shell.css';

/** Each screen is a file of its own, in the order in which they are fetched ahead. */
const load = {
  traffic: () => import('../traffic/traffic-screen.tsx'),
  guided: () => import('../guided/guided-screen.tsx'),
  vehicles: () => import('../vehicles/vehicles-screen.tsx'),
  compose: () => import('../compose/compose-screen.tsx'),
  lab: () => import('../lab/lab-screen.tsx'),
  reports: () => import('../reports/reports-screen.tsx'),
  trust: () => import('../trust/trust-screen.tsx'),
  settings: () => import('../settings/settings-screen.tsx'),
  help: () => import('../help/help-screen.tsx'),
};

const GuidedScreen = lazy(() => load.guided().then((module) => ({ default: module.GuidedScreen })));
const ComposeScreen = lazy(() =>
  load.compose().then((module) => ({ default: module.ComposeScreen })),
);
const TrafficScreen = lazy(() =>
  load.traffic().then((module) => ({ default: module.TrafficScreen })),
);
const VehiclesScreen = lazy(() =>
  load.vehicles().then((module) => ({ default: module.VehiclesScreen })),
);
const LabScreen = lazy(() => load.lab().then((module) => ({ default: module.LabScreen })));
const ReportsScreen = lazy(() =>
  load.reports().then((module) => ({ default: module.ReportsScreen })),
);
const TrustScreen = lazy(() => load.trust().then((module) => ({ default: module.TrustScreen })));
const SettingsScreen = lazy(() =>
  load.settings().then((module) => ({ default: module.SettingsScreen })),
);

const HelpScreen = lazy(() => load.help().then((module) => ({ default: module.HelpScreen })));

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
  const screen = useScreen((store) => store.screen);
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
  useEffect(() => {
    document.title = t('shell:pageTitle', { screen: screenWords(screen).name });
  }, [screen]);
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
          <Suspense fallback={null}>
            <ScreenOf screen={screen} />
          </Suspense>
        </main>
      </div>
      <Palette />
      <DesktopBridge />
      <Announcer />
    </div>
  );
}

/** One after the other: a click waits for no more than the one that is on its way. */
async function fetchAhead(): Promise<void> {
  try {
    for (const each of Object.values(load)) await each();
  } catch {
    // The click that needs it asks again, and shows what is wrong.
  }
}

/** The address belongs to the screens, so the link moves the focus itself. */
function skipToMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function ScreenOf(props: { screen: Screen }): ReactNode {
  switch (props.screen) {
    case 'bench':
      return <BenchScreen />;
    case 'guided':
      return <GuidedScreen />;
    case 'compose':
      return <ComposeScreen />;
    case 'traffic':
      return <TrafficScreen />;
    case 'vehicles':
      return <VehiclesScreen />;
    case 'lab':
      return <LabScreen />;
    case 'reports':
      return <ReportsScreen />;
    case 'trust':
      return <TrustScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'help':
      return <HelpScreen />;
  }
}
