import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseScenario } from './load.ts';

const library = join(import.meta.dirname, '../../resources/scenarios');

it('the library has a German title for each scenario, and all words of each attack', () => {
  const files = readdirSync(library).filter(
    (name) => name.endsWith('.json') && name !== 'scenario.schema.json',
  );
  const missing = files.filter((name) => {
    const { kind, translations } = parseScenario(readFileSync(join(library, name), 'utf8'), name);
    const { title, summary, without } = translations?.de ?? {};
    return kind === 'attack' ? !title || !summary || !without : !title;
  });
  expect(files.length).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});
