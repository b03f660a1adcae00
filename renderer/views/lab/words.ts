import type { ScenarioStepView } from '#core/contract';
import type { Outcome } from '../../state/lab-run.ts';
import type { Tone } from '../../ui/words.ts';

export const outcomeWords: Record<Outcome['kind'], { word: string; tone: Tone }> = {
  none: { word: 'Not run yet', tone: 'quiet' },
  waiting: { word: 'Waiting', tone: 'quiet' },
  running: { word: 'Running', tone: 'busy' },
  passed: { word: 'Passed', tone: 'ok' },
  failed: { word: 'Failed', tone: 'bad' },
  cancelled: { word: 'Cancelled', tone: 'quiet' },
  stopped: { word: 'Attack stopped', tone: 'ok' },
  through: { word: 'Not stopped as expected', tone: 'bad' },
  harmed: { word: 'Harm done', tone: 'warn' },
  held: { word: 'No harm done', tone: 'warn' },
};

export const stepWords: Record<ScenarioStepView['state'], { word: string; tone: Tone }> = {
  waiting: { word: 'Waiting', tone: 'quiet' },
  running: { word: 'Running', tone: 'busy' },
  passed: { word: 'Passed', tone: 'ok' },
  failed: { word: 'Failed', tone: 'bad' },
  skipped: { word: 'Not done', tone: 'quiet' },
};

const whoWords: Readonly<Record<string, string>> = {
  gatekeeper: 'Gatekeeper',
  dcu: 'DCU in the vehicle',
  backend: 'Backend',
  broker: 'MQTT broker',
  connection: 'Connection',
  api: 'Backend’s HTTPS API',
};

/** Who refused, as it is called on the Bench screen. */
export function who(by: string | null): string {
  return by === null ? 'Whoever sees it first' : (whoWords[by] ?? by);
}
