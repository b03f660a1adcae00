import { create } from 'zustand';

/** Three steps, or nothing; seen once, it stays away until somebody asks for it. */
export type TourState = { readonly kind: 'off' } | { readonly kind: 'on'; readonly step: number };

export const TOUR_STEPS = ['vehicle', 'update', 'help'] as const;

const KEPT_AS = 'ota-bench-tour';

export const useTour = create<{ state: TourState }>()(() => ({
  state: wasSeen() ? { kind: 'off' } : { kind: 'on', step: 0 },
}));

export function startTour(): void {
  useTour.setState({ state: { kind: 'on', step: 0 } });
}

export function endTour(): void {
  try {
    localStorage.setItem(KEPT_AS, 'seen');
  } catch {
    // A browser that keeps nothing shows it again at the next start.
  }
  useTour.setState({ state: { kind: 'off' } });
}

/** Past the last step it is over. */
export function goToStep(step: number): void {
  if (step >= TOUR_STEPS.length) endTour();
  else useTour.setState({ state: { kind: 'on', step: Math.max(0, step) } });
}

function wasSeen(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) === 'seen';
  } catch {
    return true;
  }
}
