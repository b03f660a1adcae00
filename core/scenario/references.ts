import { type Scenario } from './schema.ts';
import { type Problem, type Source } from './source.ts';
import { type Step } from './steps.ts';
import { referencesIn } from './template.ts';

/** Where names live in what a run shows, and which steps put them there. */
const HOMES: Readonly<Record<string, readonly Step['do'][]>> = {
  updates: ['update', 'group', 'rollback'],
  releases: ['update', 'group', 'release'],
  captured: ['capture'],
  connections: ['connect'],
  answers: ['request'],
  faults: ['fault'],
};

/** Names that are used before a step gives them, vehicles that the scenario does not have. */
export function findReferenceProblems(scenario: Scenario, source: Source): Problem[] {
  const { bench, steps, attack } = scenario;
  const vins = bench?.vehicles?.map(({ vin }) => vin) ?? null;
  const without = attack?.counterfactual?.steps ?? [];
  return [
    ...problemsIn(steps, ['steps'], vins, source),
    ...problemsIn(without, ['attack', 'counterfactual', 'steps'], vins, source),
  ];
}

function problemsIn(
  steps: readonly Step[],
  place: readonly PropertyKey[],
  vins: readonly string[] | null,
  source: Source,
): Problem[] {
  const given = new Map(Object.keys(HOMES).map((home) => [home, new Set<string>()]));
  return steps.flatMap((step, index) => {
    const miss = (path: readonly PropertyKey[], reason: string): Problem =>
      source.problemAt([...place, index, ...path], reason);
    const unknown = (path: readonly PropertyKey[], home: string, name: string): Problem[] => {
      if (given.get(home)?.has(name) !== false) return [];
      return [miss(path, `no step before this one names "${name}" in ${home}`)];
    };
    const problems = [
      ...referencesIn(step).flatMap(({ path, reference }) => {
        const [home = '', name = ''] = reference.split('.');
        return unknown(path, home, name);
      }),
      ...namesUsedBy(step).flatMap(([member, home]) =>
        unknown([member], home, String((step as Record<string, unknown>)[member])),
      ),
    ];
    if ('vin' in step && step.vin !== undefined && vins?.includes(step.vin) === false) {
      problems.push(miss(['vin'], `the scenario has no vehicle ${step.vin}`));
    }
    const name = nameGivenBy(step);
    for (const [home, makers] of Object.entries(HOMES)) {
      if (name !== null && makers.includes(step.do)) given.get(home)?.add(name);
      // Each member of a group has a release of its own.
      if (step.do !== 'group' || home !== 'releases') continue;
      for (const { ecu } of step.members) given.get(home)?.add(`${name ?? ''}-${ecu}`);
    }
    return problems;
  });
}

/** An update or rollback without a name is called by what it is. */
export function nameGivenBy(step: Step): string | null {
  switch (step.do) {
    case 'update':
    case 'group':
    case 'rollback':
    case 'fault':
      return step.name ?? step.do;
    case 'release':
    case 'capture':
    case 'connect':
      return step.name;
    case 'request':
      return step.name ?? null;
    default:
      return null;
  }
}

function namesUsedBy(step: Step): [member: string, home: string][] {
  switch (step.do) {
    case 'command':
    case 'confirm':
      return [['update', 'updates']];
    case 'clearFault':
      return step.name === undefined ? [] : [['name', 'faults']];
    case 'damage':
      return [['release', 'releases']];
    case 'publish':
      return step.captured === undefined ? [] : [['captured', 'captured']];
    default:
      return [];
  }
}
