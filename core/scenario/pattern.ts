import { createContext, Script } from 'node:vm';
import { ScenarioError } from './errors.ts';

/** No identifier, hash or reason is longer; what is asked of a longer text is asked of its members. */
const TEXT_LIMIT = 4_096;
/** A sound pattern takes microseconds; a busy machine is no reason to refuse one. */
const TRY_MS = 250;

const sandbox: { pattern: string; text: string } = { pattern: '', text: '' };
const context = createContext(sandbox);
const script = new Script('new RegExp(pattern, "u").test(text)');

/**
 * Whether a text has what a scenario's pattern describes. A pattern such as `^(\w+)+!$` doubles its
 * time with each character, in the process of the user's own bench: V8 gives it up at a limit only
 * where a script of its own runs it.
 *
 * @throws ScenarioError PATTERN_TOO_COSTLY
 */
export function fitsPattern(pattern: string, text: string): boolean {
  if (text.length > TEXT_LIMIT) {
    throw tooCostly(pattern, `a text of ${String(text.length)} characters`);
  }
  Object.assign(sandbox, { pattern, text });
  try {
    return script.runInContext(context, { timeout: TRY_MS }) === true;
  } catch (error) {
    throw tooCostly(pattern, `${String(text.length)} characters in ${String(TRY_MS)} ms`, error);
  }
}

function tooCostly(pattern: string, what: string, cause?: unknown): ScenarioError {
  const reason = `/${pattern}/ cannot be tried on ${what}`;
  return new ScenarioError('PATTERN_TOO_COSTLY', reason, {
    next: `repeat nothing that repeats itself; texts of at most ${String(TEXT_LIMIT)} characters`,
    cause,
  });
}
