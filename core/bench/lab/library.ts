import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScenarioView } from '#core/contract';
import { type Log } from '#core/ports';
import {
  blankResult,
  parseScenario,
  readScenarioText,
  type Scenario,
  ScenarioError,
} from '#core/scenario';
import { refusalOf } from '../errors.ts';

export type LibraryEntry = { file: string; text: string; scenario: Scenario };

/** The scenarios of a folder. Read anew each time: somebody may be writing one. */
export type Library = {
  /** By title; a file that is no scenario is logged, and the others are there. @throws ScenarioError SCENARIO_UNREADABLE */
  all(): Promise<LibraryEntry[]>;
  /** @throws ScenarioError SCENARIO_UNKNOWN */
  find(id: string): Promise<LibraryEntry>;
};

/** What is asked for may be anything, also a way out of the folder. */
const ID = /^[a-z0-9][a-z0-9-]*$/;
const SCHEMA = 'scenario.schema.json';

export function createLibrary(dir: string | undefined, log: Log): Library {
  const read = async (file: string): Promise<LibraryEntry> => {
    const text = await readScenarioText(file);
    return { file, text, scenario: parseScenario(text, file) };
  };
  const all = async (): Promise<LibraryEntry[]> => {
    if (dir === undefined) return [];
    const names = await readdir(dir).catch((error: unknown) => {
      const why = (error as NodeJS.ErrnoException).code ?? 'cannot be read';
      throw new ScenarioError('SCENARIO_UNREADABLE', `${dir}: ${why}`, {
        next: 'install OTA Bench again, or run a scenario by its file',
        cause: error,
      });
    });
    const files = names.filter((name) => name.endsWith('.json') && name !== SCHEMA);
    const entries = await Promise.all(
      files.map(async (name) => {
        try {
          return [await read(join(dir, name))];
        } catch (error) {
          const { code, reason } = refusalOf(error);
          log('warn', 'a file of the library is no scenario', { code, reason });
          return [];
        }
      }),
    );
    return entries
      .flat()
      .sort((one, other) => one.scenario.title.localeCompare(other.scenario.title));
  };
  /** Most are called as they are told; then the others need not be read. */
  const byName = async (id: string): Promise<LibraryEntry | null> => {
    if (dir === undefined || !ID.test(id)) return null;
    const entry = await read(join(dir, `${id}.json`)).catch(() => null);
    return entry?.scenario.id === id ? entry : null;
  };
  return {
    all,
    async find(id) {
      const entry = (await byName(id)) ?? (await all()).find(({ scenario }) => scenario.id === id);
      if (entry) return entry;
      throw new ScenarioError('SCENARIO_UNKNOWN', `no scenario is called "${id}"`, {
        next: 'choose one of the list, or give a file: "ota-bench scenario list"',
      });
    },
  };
}

export function viewScenario({ scenario }: LibraryEntry): ScenarioView {
  const { id, title, summary, kind, tags = [], seed, steps, attack, translations = {} } = scenario;
  return {
    ...{ id, title, summary, kind, tags, seed, translations },
    steps: steps.map((step, index) => blankResult(step, index).title),
    attack: attack
      ? {
          stoppedBy: attack.stoppedBy.map(({ code, rule = null, by = null }) => ({
            code,
            rule,
            by,
          })),
          without: attack.without,
          counterfactual: attack.counterfactual !== undefined,
        }
      : null,
  };
}
