import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkScenario, parseScenario, scenarioJsonSchema } from './index.ts';

const good = {
  format: 1,
  id: 'small',
  title: 'Small',
  summary: 'A small one',
  kind: 'scenario',
  seed: 1,
  steps: [{ do: 'note', text: 'hello' }],
};

/** As a person writes it, with one thing changed. */
function textWith(changes: object): string {
  return JSON.stringify({ ...good, ...changes }, null, 2);
}

/** The places and reasons of all problems. */
function problemsWith(changes: object): string[] {
  return checkScenario(textWith(changes)).map(
    ({ line, path, reason }) => `${String(line)} ${path} ${reason}`,
  );
}

describe('a scenario file', () => {
  it('is taken when it is as described', () => {
    expect(checkScenario(textWith({}))).toEqual([]);
    expect(parseScenario(textWith({})).id).toBe('small');
  });

  it.each<[string, object, RegExp]>([
    ['an unknown member', { colour: 'red' }, /^14 \$\.colour there is no member "colour"/],
    [
      'an unknown member of a step',
      { steps: [{ do: 'note', text: 'a', loud: true }] },
      /\$\.steps\[0\]\.loud there is no member "loud"/,
    ],
    ['an unknown step', { steps: [{ do: 'dance' }] }, /\$\.steps\[0\]\.do there is no such step/],
    ['a wrong type', { seed: 'one' }, /^7 \$\.seed .*expected number/],
    ['a member that is missing', { title: undefined }, /^1 \$\.title/],
    ['another format', { format: 2 }, /\$\.format/],
    [
      'a name that no step gave',
      { steps: [{ do: 'command', update: 'mine', command: 'cancel' }] },
      /\$\.steps\[0\]\.update no step before this one names "mine" in updates/,
    ],
    [
      'a reference to what comes later',
      { steps: [{ do: 'assert', all: [{ at: 'vin', is: '{{releases.late.version}}' }] }] },
      /\$\.steps\[0\]\.all\[0\]\.is no step before this one names "late" in releases/,
    ],
    [
      'a vehicle that is not there',
      {
        bench: { vehicles: [{ vin: 'A' }] },
        steps: [{ do: 'rollback', vin: 'B', ecu: 'brake' }],
      },
      /\$\.steps\[0\]\.vin the scenario has no vehicle B/,
    ],
    [
      'two payloads at once',
      { steps: [{ do: 'publish', as: 'a', topic: 'b', text: 'c', bytes: 3 }] },
      /give exactly one of json, text, base64, bytes, captured/,
    ],
    [
      'a condition that asks nothing',
      { steps: [{ do: 'assert', all: [{ at: 'vin' }] }] },
      /say what has to hold/,
    ],
    [
      'a regular expression that is none',
      { steps: [{ do: 'assert', all: [{ at: 'vin', matches: '(' }] }] },
      /\$\.steps\[0\]\.all\[0\]\.matches/,
    ],
    ...['__proto__.polluted', 'a.constructor.prototype.polluted', 'prototype'].flatMap(
      (path): [string, object, RegExp][] => [
        [
          `a change by ${path}`,
          { steps: [{ do: 'publish', as: 'a', topic: 'b', json: {}, set: { [path]: 1 } }] },
          /^\d\d \$\.steps\[0\]\.set.* a path cannot go by "(__proto__|constructor|prototype)"/,
        ],
        [
          `a member left out by ${path}`,
          { steps: [{ do: 'publish', as: 'a', topic: 'b', json: {}, unset: ['x', path] }] },
          /^\d\d \$\.steps\[0\]\.unset\[1\] a path cannot go by/,
        ],
        [
          `a manifest forged by ${path}`,
          {
            steps: [
              {
                ...{ do: 'publish', as: 'a', topic: 'b', json: {} },
                sign: { key: 'release', tamper: { [path]: 1 } },
              },
            ],
          },
          /\$\.steps\[0\]\.sign/,
        ],
      ],
    ),
    ['an attack that nothing stops', { kind: 'attack' }, /\$\.attack an attack says/],
  ])('is refused for %s, with line and path', (_, changes, wanted) => {
    const problems = problemsWith(changes);
    expect(problems.join('\n')).toMatch(wanted);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '', /^1:1 .*value expected/],
    ['a comma too many', '{"format": 1,}', /^1:14 /],
    ['a comment', '{\n  // why\n  "format": 1 }', /^2:3 .*invalid comment/],
    ['a member given twice', '{"seed": 1,\n "seed": 2}', /^2:2 \$\.seed .*given twice/],
    ['a member of that name', '{\n "__proto__": {}}', /^2:2 \$\.__proto__ no member can be/],
    [
      'a depth that no scenario needs',
      `{"seed": 1,\n "steps": [0, ${'['.repeat(300_000)}`,
      /^2:77 \$\.steps\[1\](\[0\])+ nested deeper than 64 levels$/,
    ],
    ['half a file', '{"format": 1, "steps": [', /^1:2/],
  ])('is refused for %s, with line and column', (_, text, wanted) => {
    const [first] = checkScenario(text);
    expect(
      first && `${String(first.line)}:${String(first.column)} ${first.path} ${first.reason}`,
    ).toMatch(wanted);
    expect(() => parseScenario(text, 'mine.json')).toThrow(/^mine\.json:\d+:\d+ /);
  });

  it('says by its code whether it is no JSON or no scenario', () => {
    expect(() => parseScenario('{')).toThrow(expect.objectContaining({ code: 'SCENARIO_SYNTAX' }));
    expect(() => parseScenario('{}')).toThrow(
      expect.objectContaining({ code: 'SCENARIO_INVALID' }),
    );
  });

  it('is described by the JSON Schema beside the library, as the code has it', async () => {
    const file = new URL('../../resources/scenarios/scenario.schema.json', import.meta.url);
    const written: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });
});
