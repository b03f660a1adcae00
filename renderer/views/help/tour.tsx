import { Button, CloseButton } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { showScreen, type Screen } from '../../state/screen.store.ts';
import { endTour, goToStep, TOUR_STEPS, useTour } from '../../state/tour.store.ts';
import './tour.css';

type Step = (typeof TOUR_STEPS)[number];

/** Where each step leads. */
const PLACES: Readonly<Record<Step, Screen>> = {
  vehicle: 'bench',
  update: 'guided',
  help: 'help',
};

/** Three steps above the screen, never over it: whoever wants to work goes on working. */
export function Tour(): ReactNode {
  const state = useTour((store) => store.state);
  return state.kind === 'off' ? null : <TourStep at={state.step} />;
}

function TourStep(props: { at: number }): ReactNode {
  const { at } = props;
  const step = TOUR_STEPS[at] ?? 'help';
  const last = at === TOUR_STEPS.length - 1;
  const card = useRef<HTMLElement>(null);
  const shown = useRef(at);
  useEffect(() => {
    // The first step takes nobody's focus; from there on the buttons were pressed here.
    if (shown.current !== at) card.current?.focus();
    shown.current = at;
    const item = document.querySelector(`[data-testid="nav-${PLACES[step]}"]`);
    item?.classList.add('tour-place');
    return () => {
      item?.classList.remove('tour-place');
    };
  }, [at, step]);
  return (
    <section
      ref={card}
      className="tour"
      tabIndex={-1}
      aria-label={t('help:tour.title')}
      data-testid="tour"
      onKeyDown={(event) => {
        if (event.key === 'Escape') endTour();
      }}
    >
      <span className="tour-count">
        {t('help:tour.count', { at: at + 1, of: TOUR_STEPS.length })}
      </span>
      <div className="tour-words">
        <h2>{t(`help:tour.${step}.title`)}</h2>
        <p>{t(`help:tour.${step}.says`)}</p>
      </div>
      <div className="tour-buttons">
        <Button
          variant="default"
          onClick={() => {
            showScreen(PLACES[step]);
          }}
          data-testid="tour-show"
        >
          {t(`help:tour.${step}.show`)}
        </Button>
        {at === 0 ? null : (
          <Button
            variant="subtle"
            onClick={() => {
              goToStep(at - 1);
            }}
          >
            {t('help:tour.back')}
          </Button>
        )}
        <Button
          onClick={() => {
            goToStep(at + 1);
          }}
          data-testid="tour-next"
        >
          {last ? t('help:tour.done') : t('help:tour.next')}
        </Button>
      </div>
      <CloseButton aria-label={t('help:tour.skip')} onClick={endTour} data-testid="tour-skip" />
    </section>
  );
}
