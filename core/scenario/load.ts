import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ScenarioError } from './errors.ts';
import { findReferenceProblems } from './references.ts';
import { Scenario } from './schema.ts';
import { type Problem, problemsOf, readSource } from './source.ts';

/** Nobody writes a longer one by hand; a wrong file is found out at once. */
export const SCENARIO_TEXT_LIMIT = 1_048_576;
/** Told one by one; the first ones are the cause more often than not. */
const TOLD_LIMIT = 50;

/** Everything that is wrong with a text; empty where it is a scenario. */
export function checkScenario(text: string): Problem[] {
  const checked = check(text);
  return 'problems' in checked ? checked.problems : [];
}

/** @throws ScenarioError SCENARIO_SYNTAX, SCENARIO_INVALID: the first problem by file, line, column and path */
export function parseScenario(text: string, file = 'scenario'): Scenario {
  const checked = check(text);
  if ('scenario' in checked) return checked.scenario;
  const { problems, code } = checked;
  const [first, ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${String(others.length)} more)`;
  throw new ScenarioError(code, `${file}:${first ? problemText(first) : '1:1'}${more}`, {
    next: 'correct it there; "ota-bench scenario check FILE" lists all, docs/SCENARIOS.md tells the format',
  });
}

/** `12:7 $.steps[3].ecu: expected string` */
export function problemText({ line, column, path, reason }: Problem): string {
  return `${String(line)}:${String(column)} ${path}: ${reason}`;
}

/** @throws ScenarioError SCENARIO_UNREADABLE and those of parseScenario */
export async function loadScenario(file: string): Promise<{ scenario: Scenario; text: string }> {
  const text = await readScenarioText(file);
  return { scenario: parseScenario(text, file), text };
}

/** @throws ScenarioError SCENARIO_UNREADABLE */
export async function readScenarioText(file: string): Promise<string> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ScenarioError('SCENARIO_UNREADABLE', `${basename(file)}: ${reason}`, {
      next: `give a scenario file; looked at ${file}`,
      cause,
    });
  };
  const bytes = await readFile(file).catch((error: unknown) =>
    refuse((error as NodeJS.ErrnoException).code ?? 'cannot be read', error),
  );
  if (bytes.byteLength > SCENARIO_TEXT_LIMIT) return refuse('longer than 1 MiB');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    return refuse('this is no UTF-8', error);
  }
}

type Checked =
  { scenario: Scenario } | { problems: Problem[]; code: 'SCENARIO_SYNTAX' | 'SCENARIO_INVALID' };

function check(text: string): Checked {
  if (text.length > SCENARIO_TEXT_LIMIT) {
    const problem = { line: 1, column: 1, path: '$', reason: 'longer than 1 MiB' };
    return { problems: [problem], code: 'SCENARIO_SYNTAX' };
  }
  const source = readSource(text);
  if (source.problems.length > 0) {
    return { problems: source.problems.slice(0, TOLD_LIMIT), code: 'SCENARIO_SYNTAX' };
  }
  const parsed = Scenario.safeParse(source.value);
  const problems = parsed.success
    ? findReferenceProblems(parsed.data, source)
    : problemsOf(parsed.error, source);
  if (parsed.success && problems.length === 0) return { scenario: parsed.data };
  return { problems: problems.slice(0, TOLD_LIMIT), code: 'SCENARIO_INVALID' };
}
