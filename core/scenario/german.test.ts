import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseScenario } from './load.ts';

const library = join(import.meta.dirname, '../../resources/scenarios');

it('the library has German words for each scenario', () => {
  const files = readdirSync(library).filter(
    (name) => name.endsWith('.json') && name !== 'scenario.schema.json',
  );
  const missing = files.filter((name) => {
    const { kind, translations } = parseScenario(readFileSync(join(library, name), 'utf8'), name);
    const { title, summary, without } = translations?.de ?? {};
    return !title || !summary || (kind === 'attack' && !without);
  });
  expect(files.length).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});
