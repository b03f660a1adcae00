import { type Scenario } from './schema.ts';
import { type Problem, type Source } from './source.ts';
import { type Step } from './steps.ts';
import { referencesIn } from './template.ts';

/** Where names live in what a run shows, and which steps put them there. */
const HOMES: Readonly<Record<string, readonly Step['do'][]>> = {
  updates: ['update', 'rollback'],
  releases: ['update', 'release'],
  captured: ['capture'],
  connections: ['connect'],
  answers: ['request'],
};

/** Names that are used before a step gives them, vehicles that the scenario does not have. */
export function findReferenceProblems(scenario: Scenario, source: Source): Problem[] {
  const vins = new Set((scenario.bench?.vehicles ?? [{ vin: null }]).map(({ vin }) => vin));
  const given: Record<string, Set<string>> = {};
  for (const home of Object.keys(HOMES)) given[home] = new Set();
  const problems: Problem[] = [];
  const miss = (index: number, path: readonly PropertyKey[], reason: string): void => {
    problems.push(source.problemAt(['steps', index, ...path], reason));
  };

  for (const [index, step] of scenario.steps.entries()) {
    for (const { path, reference } of referencesIn(step)) {
      const [home = '', name = ''] = reference.split('.');
      if (!(home in HOMES) || given[home]?.has(name) === true) continue;
      miss(index, path, `no step before this one names "${name}" in ${home}`);
    }
    for (const [member, home] of namesUsedBy(step)) {
      const name = String((step as Record<string, unknown>)[member]);
      if (given[home]?.has(name) === true) continue;
      miss(index, [member], `no step before this one names "${name}" in ${home}`);
    }
    if ('vin' in step && step.vin !== undefined && !vins.has(null) && !vins.has(step.vin)) {
      miss(index, ['vin'], `the scenario has no vehicle ${step.vin}`);
    }
    for (const [home, makers] of Object.entries(HOMES)) {
      const name = nameGivenBy(step);
      if (name !== null && makers.includes(step.do)) given[home]?.add(name);
    }
  }
  return problems;
}

/** An update or rollback without a name is called by what it is. */
export function nameGivenBy(step: Step): string | null {
  switch (step.do) {
    case 'update':
    case 'rollback':
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
      return [['update', 'updates']];
    case 'damage':
      return [['release', 'releases']];
    case 'publish':
      return step.captured === undefined ? [] : [['captured', 'captured']];
    default:
      return [];
  }
}
