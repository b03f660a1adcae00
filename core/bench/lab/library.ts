import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScenarioView } from '#core/contract';
import {
  blankResult,
  parseScenario,
  readScenarioText,
  type Scenario,
  ScenarioError,
} from '#core/scenario';

export type LibraryEntry = { file: string; text: string; scenario: Scenario };

/** The scenarios of a folder. Read anew each time: somebody may be writing one. */
export type Library = {
  /** By title. @throws ScenarioError for a folder that cannot be read, and for the first wrong file */
  all(): Promise<LibraryEntry[]>;
  /** @throws ScenarioError SCENARIO_UNKNOWN */
  find(id: string): Promise<LibraryEntry>;
};

const SCHEMA = 'scenario.schema.json';

export function createLibrary(dir: string | undefined): Library {
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
        const file = join(dir, name);
        const text = await readScenarioText(file);
        return { file, text, scenario: parseScenario(text, file) };
      }),
    );
    return entries.sort((one, other) => one.scenario.title.localeCompare(other.scenario.title));
  };
  return {
    all,
    async find(id) {
      const entry = (await all()).find(({ scenario }) => scenario.id === id);
      if (entry) return entry;
      throw new ScenarioError('SCENARIO_UNKNOWN', `no scenario is called "${id}"`, {
        next: 'choose one of the list, or give a file: "ota-bench scenario list"',
      });
    },
  };
}

export function viewScenario({ scenario }: LibraryEntry): ScenarioView {
  const { id, title, summary, kind, tags = [], seed, steps, attack } = scenario;
  return {
    ...{ id, title, summary, kind, tags, seed },
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
