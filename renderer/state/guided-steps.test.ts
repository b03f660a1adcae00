import { describe, expect, it } from 'vitest';
import type { BenchView, GuidedCheck, UpdateView } from '#core/contract';
import { freshRun, healthOf, outcomeOf, phaseOf, situationOf, stepFor } from './guided-steps.ts';
import { anEcu, aVehicle } from './vehicle.testing.ts';

const update = (over: Partial<UpdateView>): UpdateView => ({
  ...{ updateId: 'u1', vin: 'V', ecuId: 'brake', releaseId: 'r', version: '2', description: '' },
  ...{ createdAt: 0, stage: 'installing', progress: 50, paused: false, waiting: null, steps: [] },
  ...{ foreign: false, members: [] },
  ...over,
});
const item = { releaseId: 'r', ecuId: 'brake' };

describe('the step that an address leads to', () => {
  it('is the one it names, or the first that still lacks something', () => {
    expect(stepFor(freshRun, 'confirm', null)).toBe('vehicle');
    expect(stepFor({ ...freshRun, vin: 'V' }, null, null)).toBe('vehicle');
    expect(stepFor({ ...freshRun, vin: 'V' }, 'confirm', null)).toBe('releases');
    expect(stepFor({ ...freshRun, vin: 'V', chosen: [item] }, 'checks', null)).toBe('checks');
    expect(stepFor({ ...freshRun, vin: 'V', chosen: [item] }, 'result', null)).toBe('confirm');
    expect(stepFor(freshRun, 'nonsense', null)).toBe('vehicle');
  });

  it('stays with an update that runs, and shows its end when it is over', () => {
    const run = { ...freshRun, vin: 'V', chosen: [item], updateId: 'u1' };
    for (const wanted of ['vehicle', 'confirm', 'result', null]) {
      expect(stepFor(run, wanted, update({}))).toBe('progress');
    }
    expect(stepFor(run, 'progress', update({ stage: 'completed' }))).toBe('result');
    expect(stepFor(run, 'report', update({ stage: 'failed' }))).toBe('report');
    expect(stepFor(run, 'report', null)).toBe('progress');
  });
});

describe('what is in the way of an update', () => {
  const on = { kind: 'on', since: 0, detail: '' } as const;
  const bench = { roles: { broker: on, backend: on, dcu: on } } as unknown as BenchView;
  const its = {
    ...{ connected: true, bench, vehicle: aVehicle({}), update: update({}), unmet: [], quietMs: 0 },
  };

  it('is nothing while all is well', () => {
    expect(situationOf(its)).toEqual({ kind: 'going' });
  });

  it('is the most basic thing first', () => {
    const off = { kind: 'off' } as const;
    const fault = { code: 'HALTED', reason: '', next: '' };
    const check = { check: 'supply', state: 'unmet' } as GuidedCheck;
    const kinds = [
      { ...its, connected: false, vehicle: aVehicle({ online: false }) },
      { ...its, bench: { ...bench, roles: { ...bench.roles, broker: off } } },
      { ...its, bench: { ...bench, roles: { ...bench.roles, backend: off } } },
      { ...its, vehicle: aVehicle({ online: false, fault }) },
      { ...its, vehicle: aVehicle({ online: false }), update: update({ paused: true }) },
      { ...its, update: update({ waiting: 'confirmation', paused: true }) },
      { ...its, update: update({ paused: true }), unmet: [check] },
      { ...its, unmet: [check], quietMs: 99_000 },
      { ...its, quietMs: 31_000 },
    ].map((each) => situationOf(each).kind);
    expect(kinds).toEqual([
      ...['windowLost', 'brokerOff', 'backendOff', 'stopped', 'offline'],
      ...['asking', 'held', 'condition', 'silent'],
    ]);
  });
});

describe('the words for an update and an ECU', () => {
  it('name each phase and each end', () => {
    const phases = (['queued', 'available', 'finalizing', 'rolling_back', 'failed'] as const).map(
      (stage) => phaseOf(update({ stage })),
    );
    expect(phases).toEqual(['sending', 'offered', 'testing', 'returning', 'over']);
    const ends = (['completed', 'refused', 'rolled_back', 'failed', 'cancelled'] as const).map(
      (stage) => outcomeOf(update({ stage })),
    );
    expect(ends).toEqual(['success', 'refused', 'rolledBack', 'failed', 'cancelled']);
  });

  it('tell an ECU that starts from one on trial and one that does not', () => {
    const [active, other] = anEcu({}).banks;
    const health = (state: 'active' | 'pending' | 'bad'): string =>
      healthOf(aVehicle({ ecus: [anEcu({ banks: [{ ...active!, state }, other!] })] }), 'brake');
    expect([health('active'), health('pending'), health('bad')]).toEqual(['good', 'trial', 'bad']);
    expect(healthOf(aVehicle({}), 'none')).toBe('unknown');
  });
});
