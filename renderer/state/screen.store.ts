import { create } from 'zustand';

export const screens = ['bench', 'compose', 'traffic', 'vehicles', 'settings'] as const;
export type Screen = (typeof screens)[number];

type ScreenStore = { screen: Screen };

const PREFIX = '#/';

/** The screen is in the address, so that Back works and a reload stays where it was. */
function screenOf(hash: string): Screen {
  return screens.find((screen) => hash === PREFIX + screen) ?? 'bench';
}

export const useScreen = create<ScreenStore>()(() => ({ screen: screenOf(location.hash) }));

export function showScreen(screen: Screen): void {
  if (useScreen.getState().screen === screen) return;
  history.pushState(null, '', PREFIX + screen);
  useScreen.setState({ screen });
}

window.addEventListener('popstate', () => {
  useScreen.setState({ screen: screenOf(location.hash) });
});
