import { create } from 'zustand';

export const screens = [
  'guided',
  'bench',
  'compose',
  'traffic',
  'vehicles',
  'lab',
  'reports',
  'trust',
  'settings',
  'help',
] as const;
export type Screen = (typeof screens)[number];

type ScreenStore = {
  screen: Screen;
  /** The part of the screen that the address names, such as `acl` of Trust; null for its first. */
  part: string | null;
};

const PREFIX = '#/';

/** The screen is in the address, so that Back works and a reload stays where it was. */
function placeOf(hash: string): ScreenStore {
  const [name, part = ''] = hash.startsWith(PREFIX) ? hash.slice(PREFIX.length).split('/') : [];
  const screen = screens.find((each) => each === name) ?? 'bench';
  return { screen, part: part === '' ? null : part };
}

export const useScreen = create<ScreenStore>()(() => placeOf(location.hash));

/** @param how `replace`: Back does not lead to where one was, since that is over. */
export function showScreen(
  screen: Screen,
  part: string | null = null,
  how: 'new' | 'replace' = 'new',
): void {
  const shown = useScreen.getState();
  if (shown.screen === screen && shown.part === part) return;
  const address = PREFIX + (part === null ? screen : `${screen}/${part}`);
  if (how === 'replace') history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  useScreen.setState({ screen, part });
}

window.addEventListener('popstate', () => {
  useScreen.setState(placeOf(location.hash));
});
