import { Tooltip } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';

type Hinted = { readonly target: HTMLElement; readonly label: string };

/** As of every other tooltip; see theme.ts. */
const OPEN_AFTER_MS = 350;

/**
 * The one tooltip of everything that carries `data-hint`. A button in each row of a list would
 * otherwise bring its own, with effects and listeners, that nobody ever opens.
 */
export function Hints(): ReactNode {
  const hinted = useHinted();
  return hinted === null ? null : <Tooltip opened target={hinted.target} label={hinted.label} />;
}

function useHinted(): Hinted | null {
  const [hinted, setHinted] = useState<Hinted | null>(null);
  useEffect(() => {
    let over: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      const label = over?.dataset['hint'];
      setHinted(over === null || label === undefined ? null : { target: over, label });
    };
    // Pressed, a button may say another thing, such as that it was done.
    const changes = new MutationObserver(tell);
    const leave = (): void => {
      clearTimeout(timer);
      changes.disconnect();
      over = null;
      tell();
    };
    const enter = (event: PointerEvent): void => {
      const at = event.target instanceof Element ? event.target.closest('[data-hint]') : null;
      if (at === over) return;
      leave();
      if (event.pointerType === 'touch' || !(at instanceof HTMLElement)) return;
      over = at;
      timer = setTimeout(() => {
        changes.observe(at, { attributeFilter: ['data-hint'] });
        tell();
      }, OPEN_AFTER_MS);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') leave();
    };
    document.addEventListener('pointerover', enter);
    document.documentElement.addEventListener('pointerleave', leave);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerover', enter);
      document.documentElement.removeEventListener('pointerleave', leave);
      document.removeEventListener('keydown', escape);
      clearTimeout(timer);
      changes.disconnect();
    };
  }, []);
  return hinted;
}
