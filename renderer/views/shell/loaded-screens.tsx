import { createElement, useEffect, type ComponentType, type ReactNode } from 'react';
import { create } from 'zustand';
import type { RefusalView } from '#core/contract';
import { toRefusal } from '../../state/refusal.ts';
import type { Screen } from '../../state/screen.store.ts';
import { Refusal } from '../../ui/refusal.tsx';
import { BenchScreen } from '../bench/bench-screen.tsx';

/** Each is a file of its own, in the order in which they are fetched ahead. */
const sources = {
  traffic: async () => (await import('../traffic/traffic-screen.tsx')).TrafficScreen,
  guided: async () => (await import('../guided/guided-screen.tsx')).GuidedScreen,
  vehicles: async () => (await import('../vehicles/vehicles-screen.tsx')).VehiclesScreen,
  compose: async () => (await import('../compose/compose-screen.tsx')).ComposeScreen,
  lab: async () => (await import('../lab/lab-screen.tsx')).LabScreen,
  reports: async () => (await import('../reports/reports-screen.tsx')).ReportsScreen,
  trust: async () => (await import('../trust/trust-screen.tsx')).TrustScreen,
  settings: async () => (await import('../settings/settings-screen.tsx')).SettingsScreen,
  help: async () => (await import('../help/help-screen.tsx')).HelpScreen,
} satisfies Record<Exclude<Screen, 'bench'>, () => Promise<ComponentType>>;
type Source = keyof typeof sources;

type Fetched =
  { kind: 'here'; component: ComponentType } | { kind: 'refused'; refusal: RefusalView };

/** React's own way, `lazy`, shows nothing for a third of a second however soon the file is there. */
const useFetched = create<Partial<Record<Screen, Fetched>>>()(() => ({
  bench: { kind: 'here', component: BenchScreen },
}));

async function fetchScreen(screen: Source): Promise<void> {
  let fetched: Fetched;
  try {
    fetched = { kind: 'here', component: await sources[screen]() };
  } catch (error) {
    fetched = { kind: 'refused', refusal: toRefusal(error) };
  }
  useFetched.setState({ [screen]: fetched });
}

/** One after the other: a click waits for no more than the one that is on its way. */
export async function fetchAhead(): Promise<void> {
  for (const screen of Object.keys(sources) as Source[]) {
    if (useFetched.getState()[screen] === undefined) await fetchScreen(screen);
  }
}

export function ScreenOf(props: { screen: Screen }): ReactNode {
  const { screen } = props;
  const fetched = useFetched((store) => store[screen]);
  useEffect(() => {
    // A file that could not be had is asked for again with each visit.
    if (screen !== 'bench' && useFetched.getState()[screen]?.kind !== 'here') {
      void fetchScreen(screen);
    }
  }, [screen]);
  if (fetched === undefined) return null;
  if (fetched.kind === 'refused') return <Refusal refusal={fetched.refusal} />;
  return createElement(fetched.component);
}
