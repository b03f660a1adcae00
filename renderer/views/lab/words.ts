import type { ScenarioRunView, ScenarioStepView, ScenarioView } from '#core/contract';
import { spokenLanguage, t, textOrNull } from '../../i18n/index.ts';
import type { Outcome } from '../../state/lab-run.ts';
import type { Tone } from '../../ui/words.ts';

type Worded = { word: string; tone: Tone };

const outcomeTones: Record<Outcome['kind'], Tone> = {
  none: 'quiet',
  waiting: 'quiet',
  running: 'busy',
  passed: 'ok',
  failed: 'bad',
  cancelled: 'quiet',
  stopped: 'ok',
  through: 'bad',
  harmed: 'warn',
  held: 'warn',
};

export const outcomeWords = (kind: Outcome['kind']): Worded => ({
  word: t(`lab:outcome.${kind}`),
  tone: outcomeTones[kind],
});

const stepTones: Record<ScenarioStepView['state'], Tone> = {
  waiting: 'quiet',
  running: 'busy',
  passed: 'ok',
  failed: 'bad',
  skipped: 'quiet',
};

export const stepWords = (state: ScenarioStepView['state']): Worded => ({
  word: t(`lab:step.${state}`),
  tone: stepTones[state],
});

/** Who refused, as it is called on the Bench screen. */
export function who(by: string | null): string {
  return by === null ? t('lab:whoeverFirst') : (textOrNull(`lab:who.${by}`) ?? by);
}

/** A scenario's own words in the language spoken, as far as its file has them. */
export function wordsOf(
  scenario: Pick<ScenarioView, 'title' | 'summary' | 'attack' | 'translations'>,
): { title: string; summary: string; without: string } {
  const language = spokenLanguage();
  const own = language === 'en' ? undefined : scenario.translations[language];
  return {
    title: own?.title ?? scenario.title,
    summary: own?.summary ?? scenario.summary,
    without: own?.without ?? scenario.attack?.without ?? '',
  };
}

/** Of a run: what the library calls its scenario, unless it was given as a text. */
export function titleOf(
  run: Pick<ScenarioRunView, 'title' | 'scenarioId' | 'fromText'>,
  scenarios: readonly ScenarioView[] | null,
): string {
  const known = run.fromText ? undefined : scenarios?.find(({ id }) => id === run.scenarioId);
  return known === undefined ? run.title : wordsOf(known).title;
}
