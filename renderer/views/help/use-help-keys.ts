import { useEffect } from 'react';
import { showScreen, useScreen, type Screen } from '../../state/screen.store.ts';

/** The page that explains a screen best; the others lead to the start of the help. */
const PAGES: Readonly<Partial<Record<Screen, string>>> = {
  guided: 'guided-update',
  bench: 'first-steps',
  compose: 'first-steps',
  traffic: 'traffic',
  vehicles: 'rollback',
  lab: 'scenarios',
  reports: 'reports',
  trust: 'certificates',
  settings: 'outside-broker',
};

/** F1, and `?` where nobody types: the help for what is on the screen. */
export function useHelpKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const asked = event.key === 'F1' || (event.key === '?' && !isTyping(event.target));
      if (!asked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
        return;
      event.preventDefault();
      // What somebody filled into a dialog is not thrown away for a page of help.
      if (document.querySelector('[role="dialog"]') !== null) return;
      const { screen } = useScreen.getState();
      if (screen !== 'help') showScreen('help', PAGES[screen] ?? null);
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}
