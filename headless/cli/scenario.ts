import {
  junitXml,
  type Lab,
  openLab,
  problemText,
  readScenarioText,
  refusalOf,
  scenarioJsonSchema,
  type ScenarioResult,
  type StepResult,
} from '#core/bench';
import { type ScenarioView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type Output } from './output.ts';
import { type Reserved, reserveOutput } from './outputs.ts';
import { plain } from './plain.ts';
import { ECUS_DIR, SCENARIOS_DIR } from './resources.ts';
import { runCommand, type Session, type Surroundings } from './session.ts';
import { VERSION } from './version.ts';

export type CheckOptions = { json?: boolean; verbose?: boolean };
export type ListOptions = CheckOptions & { tag?: string[]; notTag?: string[] };
export type ScenarioOptions = ListOptions & {
  all?: boolean;
  seed?: number;
  jobs: number;
  withoutCheck?: boolean;
  junit?: string;
  force?: boolean;
};

type Chosen = { name: string; scenario: ReturnType<Lab['read']> };

/** Plays what was chosen, at most `jobs` at once, and tells each as it ends. */
export function runScenarios(
  around: Surroundings,
  which: readonly string[],
  options: ScenarioOptions,
): Promise<ExitCode> {
  return runCommand(around, options, async (session) => {
    const { output } = session;
    const lab = openIn(session, options);
    const chosen = await choose(lab, which, options);
    // A place that does not take the file is found out before minutes are spent.
    const junit =
      options.junit === undefined
        ? null
        : await reserveOutput(options.junit, { secret: false, force: options.force });
    try {
      const results = await playAll(lab, chosen, options, session);
      if (junit && options.junit !== undefined) {
        await writeReport(junit, junitXml(results));
        output.say({ event: 'file', path: options.junit }, null);
      }
      return tellSum(results, output);
    } finally {
      await junit?.release();
    }
  });
}

async function writeReport(place: Reserved, text: string): Promise<void> {
  await place.write(text);
  await place.commit();
}

/** What a bench logs as an error is what a scenario is about: a power that fails, a disk that is full. */
function openIn({ log }: Session, { verbose }: CheckOptions): Lab {
  const told = verbose === true ? { log } : {};
  return openLab({ version: VERSION, ...told, scenariosDir: SCENARIOS_DIR, ecusDir: ECUS_DIR });
}

async function choose(
  lab: Lab,
  which: readonly string[],
  { all, tag, notTag, withoutCheck }: ScenarioOptions,
): Promise<Chosen[]> {
  const fromLibrary = all === true || tag !== undefined;
  if (!fromLibrary && which.length === 0) {
    throw new HeadlessError('BAD_ARGUMENT', 'no scenario was named', {
      next: 'name files or ids, or say --all; "ota-bench scenario list" shows the library',
    });
  }
  const listed = fromLibrary ? selected(await lab.list(), { tag, notTag }) : [];
  const names = [...which, ...listed.map(({ id }) => id).filter((id) => !which.includes(id))];
  const chosen: Chosen[] = [];
  for (const name of names) {
    const isFile = /[./\\]/.test(name);
    const text = isFile ? await readScenarioText(name) : await lab.text(name);
    const scenario = lab.read(text, name);
    const bare = withoutCheck === true && scenario.kind === 'attack';
    chosen.push({ name, scenario: bare ? lab.withoutCheck(scenario) : scenario });
  }
  return chosen;
}

type Tags = { tag?: string[] | undefined; notTag?: string[] | undefined };

function selected(views: readonly ScenarioView[], { tag, notTag = [] }: Tags): ScenarioView[] {
  return views.filter(
    ({ tags }) =>
      (tag === undefined || tag.some((each) => tags.includes(each))) &&
      !notTag.some((each) => tags.includes(each)),
  );
}

async function playAll(
  lab: Lab,
  chosen: readonly Chosen[],
  { seed, jobs }: ScenarioOptions,
  { output, signal }: Session,
): Promise<ScenarioResult[]> {
  const results: (ScenarioResult | undefined)[] = chosen.map(() => undefined);
  const waiting = [...chosen.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const [index, { scenario }] = next;
      const { id } = scenario;
      const onStep = (step: StepResult): void => {
        output.say({ event: 'step', scenario: id, ...step }, null);
        if (step.state === 'running') output.progress(`… ${id}: ${plain(step.title)}`);
      };
      const result = await lab.play(scenario, { seed, signal, onStep });
      results[index] = result;
      if (result.state !== 'stopped') tellResult(result, output);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  signal.throwIfAborted();
  return results.filter((result) => result !== undefined);
}

function tellResult(result: ScenarioResult, output: Output): void {
  const { scenarioId, title, state, seed, digest, stoppedBy, failure, steps, ms } = result;
  const mark = state === 'passed' ? '✔' : '✘';
  const lines = [
    `${mark} ${scenarioId}: ${title} (${(ms / 1_000).toFixed(1)} s, seed ${String(seed)}, digest ${digest.slice(0, 12)})`,
    ...stoppedBy.map(
      ({ by, code, rule, reason }) =>
        `    stopped by ${by}, ${rule === null ? '' : `[${rule}] `}${code}: ${reason}`,
    ),
  ];
  if (failure) {
    const failed = steps.find((step) => step.state === 'failed');
    const where = failed ? `step ${String(failed.index + 1)}, ${failed.title}` : 'the outcome';
    lines.push(
      `    ${where}`,
      `    ${failure.code}: ${failure.reason}`,
      `    next: ${failure.next}`,
    );
  }
  const { steps: told, ...rest } = result;
  output.say({ event: 'scenario', ...rest, steps: told.length }, plain(lines.join('\n')));
}

function tellSum(results: readonly ScenarioResult[], output: Output): ExitCode {
  const passed = results.filter(({ state }) => state === 'passed').length;
  const failed = results.length - passed;
  output.say(
    { event: 'end', passed, failed },
    `${String(passed)} passed, ${String(failed)} failed`,
  );
  return failed === 0 ? EXIT.ok : EXIT.updateFailed;
}

export function runList(around: Surroundings, options: ListOptions): Promise<ExitCode> {
  return runCommand(around, options, async (session) => {
    const views = selected(await openIn(session, options).list(), options);
    const width = Math.max(0, ...views.map(({ id }) => id.length));
    for (const view of views) {
      const { id, kind, title, tags } = view;
      const more = tags.length === 0 ? '' : `  [${tags.join(', ')}]`;
      const text = `${id.padEnd(width)}  ${kind.padEnd(8)}  ${plain(title)}${more}`;
      session.output.say({ event: 'scenario', ...view }, text);
    }
    session.output.say({ event: 'end', scenarios: views.length }, null);
    return EXIT.ok;
  });
}

export function runCheck(
  around: Surroundings,
  files: readonly string[],
  options: CheckOptions,
): Promise<ExitCode> {
  return runCommand(around, options, async (session) => {
    const { output } = session;
    const lab = openIn(session, options);
    let wrong = 0;
    for (const file of files) {
      const problems = await readScenarioText(file).then(
        (text) => lab.check(text),
        (error: unknown) => [{ line: 1, column: 1, path: '$', reason: refusalOf(error).reason }],
      );
      if (problems.length > 0) wrong += 1;
      for (const problem of problems) {
        output.say(
          { event: 'problem', file, ...problem },
          `${file}:${plain(problemText(problem))}`,
        );
      }
      output.say({ event: 'checked', file, problems: problems.length }, null);
    }
    const all = files.length === 1 ? '1 file' : `${String(files.length)} files`;
    output.say(
      { event: 'end', files: files.length, wrong },
      wrong === 0 ? `${all}, nothing wrong` : `${all}, ${String(wrong)} with problems`,
    );
    return wrong === 0 ? EXIT.ok : EXIT.usage;
  });
}

export function runSchema(around: Surroundings, options: CheckOptions): Promise<ExitCode> {
  return runCommand(around, options, async ({ output }) => {
    output.raw(JSON.stringify(scenarioJsonSchema(), null, 2));
    return EXIT.ok;
  });
}
