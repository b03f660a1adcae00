import { useEffect, useState } from 'react';

/** Whoever opened a question with the keyboard goes on from there when it closes. */
export function useFocusBack(): void {
  // Taken while rendering: by the time effects run, the dialog has the focus.
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After the dialog is gone, so that its focus trap does not take it back.
      requestAnimationFrame(() => {
        const lost = document.activeElement === null || document.activeElement === document.body;
        if (lost && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    },
    [before],
  );
}
