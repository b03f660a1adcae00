import { type Clock, type Random } from '#core/ports';
import { fits, judgeCondition, type Judgement } from './conditions.ts';
import { ScenarioError } from './errors.ts';
import { type Condition } from './matches.ts';
import { type Outcome, type SeenMessage, type Stage } from './stage.ts';
import { type Action, type Step } from './steps.ts';
import { fillIn } from './template.ts';

/** A state that does not come within this on a bench without waits will not come at all. */
const PATIENCE_MS = 10_000;

type Ports = { clock: Clock; random: Random; signal: AbortSignal };
type Played = { detail: string; /** Of a refusal that was expected. */ code: string | null };

/** @throws ScenarioError where the step does not do what the scenario says */
export async function playStep(given: Step, stage: Stage, ports: Ports): Promise<Played> {
  const { clock, random, signal } = ports;
  signal.throwIfAborted();
  const step = fillIn(given, {
    tree: stage.tree(),
    now: () => clock.now(),
    uuid: () => random.uuid(),
  });
  switch (step.do) {
    case 'note':
      return { detail: step.text, code: null };
    case 'assert':
      return { detail: assertAll(step.all, stage), code: null };
    case 'waitFor': {
      // What it compares with may come only while it waits.
      const conditions = (): Condition[] =>
        'all' in given ? refill(given.all, stage, ports) : step.all;
      return { detail: await waitForAll(conditions, stage, step.within, ports), code: null };
    }
    case 'hold': {
      assertAll(step.all, stage);
      await clock.sleep(step.forMs, signal);
      return { detail: assertAll(step.all, stage), code: null };
    }
    case 'capture': {
      const { name, of, which, within } = step;
      const found = (): SeenMessage | undefined => {
        const all = stage.messages();
        const fit = (message: SeenMessage): boolean => fits(message, of);
        return which === 'first' ? all.find(fit) : all.findLast(fit);
      };
      await until(
        () => found() !== undefined,
        stage,
        within,
        ports,
        () => {
          return `no message fits ${JSON.stringify(of)}`;
        },
      );
      const message = found();
      if (message) stage.keep(name, message);
      return { detail: message?.topic ?? '', code: null };
    }
    default:
      return act(step, stage, ports);
  }
}

async function act(step: Action, stage: Stage, { signal }: Ports): Promise<Played> {
  const outcome = await unlessOver(stage.perform(step, signal), signal);
  const complaint = unexpected(outcome, wanted(step));
  if (complaint !== null) {
    throw new ScenarioError('OUTCOME_UNEXPECTED', complaint, {
      next: 'correct the step, or what it expects',
    });
  }
  if (outcome.kind === 'accepted') return { detail: outcome.detail, code: null };
  const { code, reason } = outcome;
  return {
    detail: `${code}: ${reason}`,
    code: codesOf(outcome).find((each) => wanted(step).includes(each)) ?? code,
  };
}

/** Does not wait for an action that goes on past the end of the run: the stage is closed under it. */
async function unlessOver(acting: Promise<Outcome>, signal: AbortSignal): Promise<Outcome> {
  const over = Promise.withResolvers<never>();
  const onOver = (): void => over.reject(signal.reason as Error);
  signal.addEventListener('abort', onOver, { once: true });
  try {
    return await Promise.race([acting, over.promise]);
  } finally {
    signal.removeEventListener('abort', onOver);
    // Why the run ended says more than what it broke off.
    signal.throwIfAborted();
  }
}

function codesOf({ code, also = [] }: Extract<Outcome, { kind: 'refused' }>): string[] {
  return [code, ...also];
}

function wanted({ expect = 'accepted' }: Action): string[] {
  return expect === 'accepted' ? [] : [expect.refused].flat();
}

function unexpected(outcome: Outcome, codes: readonly string[]): string | null {
  if (outcome.kind === 'accepted') {
    return codes.length === 0
      ? null
      : `expected a refusal with ${codes.join(' or ')}, it was taken`;
  }
  if (codesOf(outcome).some((code) => codes.includes(code))) return null;
  const hoped = codes.length === 0 ? '' : `, expected ${codes.join(' or ')}`;
  return `refused with ${codesOf(outcome).join(' and ')}${hoped}: ${outcome.reason}`;
}

function judgeAll(conditions: readonly Condition[], stage: Stage): Judgement[] {
  const sight = {
    tree: stage.tree(),
    messages: stage.messages(),
    heardBy: (name: string) => stage.heardBy(name),
  };
  return conditions.map((condition) => judgeCondition(condition, sight));
}

function assertAll(conditions: readonly Condition[], stage: Stage): string {
  const judged = judgeAll(conditions, stage);
  const wrong = judged.filter(({ holds }) => !holds);
  if (wrong.length === 0) return judged.map(({ detail }) => detail).join('; ');
  throw new ScenarioError('ASSERTION_FAILED', wrong.map(({ detail }) => detail).join('; '), {
    next: 'see the messages of the run; either the bench or the scenario is wrong',
  });
}

async function waitForAll(
  conditions: () => readonly Condition[],
  stage: Stage,
  within: number | undefined,
  ports: Ports,
): Promise<string> {
  const judged = (): Judgement[] => judgeAll(conditions(), stage);
  await until(
    () => judged().every(({ holds }) => holds),
    stage,
    within,
    ports,
    () => detailsOf(judged().filter(({ holds }) => !holds)),
  );
  return detailsOf(judged());
}

function refill(conditions: Condition[], stage: Stage, { clock, random }: Ports): Condition[] {
  return fillIn(conditions, {
    tree: stage.tree(),
    now: () => clock.now(),
    uuid: () => random.uuid(),
  });
}

function detailsOf(judged: readonly Judgement[]): string {
  return judged.map(({ detail }) => detail).join('; ');
}

/** Looks whenever the stage says that something changed; WAITED_IN_VAIN with what there is instead. */
async function until(
  reached: () => boolean,
  stage: Stage,
  within = PATIENCE_MS,
  { clock, signal }: Ports,
  instead: () => string,
): Promise<void> {
  if (reached()) return;
  const done = new AbortController();
  const broken = new AbortController();
  const undo = stage.onChange(() => {
    try {
      if (reached()) done.abort();
    } catch (error) {
      // Whoever tells of the change is not to blame, and is not to be held up again.
      undo();
      broken.abort(error);
    }
  });
  try {
    const either = AbortSignal.any([done.signal, broken.signal, signal]);
    await clock.sleep(within, either).catch(() => undefined);
    broken.signal.throwIfAborted();
    if (done.signal.aborted || reached()) return;
    signal.throwIfAborted();
  } finally {
    undo();
  }
  throw new ScenarioError('WAITED_IN_VAIN', `after ${String(within)} ms ${instead()}`, {
    next: 'see the messages of the run; "within" gives it more time',
  });
}
