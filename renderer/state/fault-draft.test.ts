import { describe, expect, it } from 'vitest';
import { Fault, FAULT_KINDS, type FaultKindView } from '#core/contract';
import { faultKinds } from '#core/faults';
import { draftOf, faultOf, problemOf, shownParameters } from './fault-draft.ts';

const ecus = ['brake', 'engine'];
const kindOf = (name: string): FaultKindView => faultKinds().find(({ kind }) => kind === name)!;

describe('the form of a fault', () => {
  it.each([...FAULT_KINDS])('%s can be armed as its form begins', (name) => {
    const kind = kindOf(name);
    const draft = draftOf(kind, ecus);
    for (const each of shownParameters(kind, draft.choices)) {
      expect(problemOf(each, draft.values[each.name] ?? ''), each.name).toBeNull();
    }
    expect(Fault.safeParse(faultOf(kind, draft)).error).toBeUndefined();
  });

  it('sends one of what excludes each other, and what belongs to it', () => {
    const kind = kindOf('powerCut');
    const { values } = draftOf(kind, ecus);
    const faultAt = (at: string) => faultOf(kind, { values, choices: { at } });
    expect(faultAt('at.byte')).toMatchObject({ at: { byte: 50_000, where: 'disk' } });
    expect(faultAt('at.state')).toMatchObject({ at: { state: 'installing' }, offMs: 500 });
    expect(faultAt('at.now')).toEqual({ kind: 'powerCut', at: { now: true }, offMs: 500 });
  });

  it('leaves out what is empty, and takes an ECU only where it has to', () => {
    const flip = kindOf('bitFlipInTransit');
    expect(faultOf(flip, draftOf(flip, ecus))).toEqual({ kind: 'bitFlipInTransit' });
    const boot = kindOf('bootFails');
    expect(faultOf(boot, draftOf(boot, ecus))).toEqual({ kind: 'bootFails', times: 1 });
    const loader = kindOf('bootloaderChanged');
    expect(faultOf(loader, draftOf(loader, ecus))).toMatchObject({ ecuId: 'brake' });
  });

  it.each<[string, string, string | number, RegExp | null]>([
    ['reorder', 'window', 1, /from 2 to 64/],
    ['reorder', 'window', 65, /from 2 to 64/],
    ['reorder', 'window', '', /Give a value/],
    ['reorder', 'window', 2.5, /whole number/],
    ['reorder', 'window', 64, null],
    ['bitFlipInTransit', 'bit', '', null],
    ['selfTestFails', 'complaint', 'x'.repeat(201), /200 characters/],
    ['singleBankFailure', 'ecuId', '', /Give a value/],
  ])('%s.%s = %s', (name, parameter, value, problem) => {
    const found = kindOf(name).parameters.find((each) => each.name === parameter)!;
    const said = problemOf(found, value);
    if (problem === null) expect(said).toBeNull();
    else expect(said).toMatch(problem);
  });
});
