import { describe, expect, it } from 'vitest';
import { Fault, type FaultKindView, type FaultParameter } from '#core/contract';
import { alternativesOf, draftOf, faultOf, shownParameters } from './fault-form.ts';

const parameter = (name: string, over: Partial<FaultParameter>): FaultParameter => ({
  ...{ name, label: name, unit: null, oneOf: null, required: false, default: null, example: '' },
  type: { kind: 'integer', min: 0, max: 1_000_000 },
  ...over,
});

const kind = (name: FaultKindView['kind'], parameters: FaultParameter[]): FaultKindView => ({
  ...{ kind: name, title: name, summary: '', stoppedBy: '', group: 'power', parameters },
});

const powerCut = kind('powerCut', [
  parameter('at.byte', { oneOf: 'at', example: 65_536 }),
  parameter('at.where', {
    type: { kind: 'choice', choices: ['disk', 'staged', 'bank'] },
    default: 'disk',
  }),
  parameter('at.state', {
    oneOf: 'at',
    example: 'installing',
    type: { kind: 'choice', choices: ['installing'] },
  }),
  parameter('at.now', { oneOf: 'at', type: { kind: 'flag' }, example: true }),
  parameter('offMs', { default: 500 }),
]);

describe('a form for a fault', () => {
  it('gives exactly one of the alternatives, and only what goes with it', () => {
    const draft = draftOf(powerCut, undefined);
    expect(alternativesOf(powerCut).map(({ options }) => options.length)).toEqual([3]);
    expect(shownParameters(powerCut, draft).map(({ name }) => name)).toEqual([
      ...['at.byte', 'at.where', 'offMs'],
    ]);
    expect(faultOf(powerCut, draft)).toEqual({
      kind: 'powerCut',
      at: { byte: 65_536, where: 'disk' },
    });
    const atOnce = { ...draft, chosen: { at: 'at.now' } };
    expect(faultOf(powerCut, atOnce)).toEqual({ kind: 'powerCut', at: { now: true } });
    const atState = { ...draft, chosen: { at: 'at.state' } };
    for (const each of [draft, atOnce, atState]) {
      expect(Fault.safeParse(faultOf(powerCut, each)).success).toBe(true);
    }
  });

  it('fills in the ECU only where one must be named', () => {
    const ecu = (required: boolean): FaultParameter =>
      parameter('ecuId', { type: { kind: 'ecu' }, required });
    const needed = kind('bootloaderChanged', [ecu(true)]);
    expect(faultOf(needed, draftOf(needed, 'brake'))).toEqual({
      kind: 'bootloaderChanged',
      ecuId: 'brake',
    });
    const free = kind('bootFails', [ecu(false), parameter('times', { default: 1 })]);
    expect(faultOf(free, draftOf(free, 'brake'))).toEqual({ kind: 'bootFails' });
  });
});
