import { describe, expect, it } from 'vitest';
import type { BenchView, RoleName, RoleState, VehicleView } from '#core/contract';
import { missingRoles, takesCommands } from './carrying.ts';

const ON: RoleState = { kind: 'on', since: 0, detail: '' };
const OFF: RoleState = { kind: 'off' };

const running = (...names: RoleName[]): BenchView['roles'] => ({
  broker: names.includes('broker') ? ON : OFF,
  backend: names.includes('backend') ? ON : OFF,
  dcu: names.includes('dcu') ? ON : OFF,
});

/** Of this bench where it has a profile; simulated while its role runs. */
const vehicle = (profile: string | null, simulated: boolean): VehicleView => ({
  ...{ vin: 'VIN1234567890', online: false, simulated, profile, lastSeenAt: null, advice: [] },
  ...{ conditions: null, ecus: [], job: null, waiting: 0, fault: null },
});
const own = vehicle('sedan', false);

describe('missingRoles', () => {
  it('names all three for a vehicle of this bench whose role is off', () => {
    expect(missingRoles(running(), own)).toEqual(['broker', 'backend', 'dcu']);
    expect(missingRoles(running('broker', 'backend'), own)).toEqual(['dcu']);
  });

  it('starts no simulated vehicle for a real one, heard of or not', () => {
    for (const other of [vehicle(null, false), undefined]) {
      expect(missingRoles(running(), other)).toEqual(['broker', 'backend']);
      expect(missingRoles(running('broker', 'backend'), other)).toEqual([]);
    }
  });

  it('counts a role that starts, stops or failed as missing', () => {
    const roles = running('backend', 'dcu');
    for (const kind of ['starting', 'stopping'] as const) {
      expect(missingRoles({ ...roles, broker: { kind } }, own)).toContain('broker');
    }
  });

  it('names none where all run', () => {
    const all = running('broker', 'backend', 'dcu');
    expect(missingRoles(all, vehicle('sedan', true))).toEqual([]);
  });
});

describe('takesCommands', () => {
  it('lets an update be cancelled while only its vehicle is off', () => {
    expect(takesCommands(['dcu'])).toBe(true);
    expect(takesCommands([])).toBe(true);
  });

  it('takes none where nobody could send it', () => {
    expect(takesCommands(['broker'])).toBe(false);
    expect(takesCommands(['backend', 'dcu'])).toBe(false);
  });
});
