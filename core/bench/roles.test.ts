import { describe, expect, it } from 'vitest';
import { type RoleName } from '#core/contract';
import { silentLog } from '#core/ports';
import { fixedClock } from '#core/testing';
import { BenchError } from './errors.ts';
import { createRoles, type Starters } from './roles.ts';

function aStage(failing: RoleName[] = []) {
  const told: string[] = [];
  const starter =
    (role: RoleName): Starters[RoleName] =>
    async () => {
      if (failing.includes(role)) {
        throw new BenchError('BROKER_OFF', `${role} cannot`, { next: 'mend it' });
      }
      told.push(`+${role}`);
      const close = async (): Promise<void> => void told.push(`-${role}`);
      return { role, detail: role, endpoints: [], close };
    };
  const starters = {
    broker: starter('broker'),
    backend: starter('backend'),
    dcu: starter('dcu'),
  };
  const roles = createRoles({
    starters,
    clock: fixedClock(),
    log: silentLog,
    changed: () => undefined,
  });
  return { roles, told, failing };
}

describe('roles', () => {
  it('start in order whatever order is asked, and close in reverse', async () => {
    const { roles, told } = aStage();
    await roles.start(['dcu', 'backend', 'broker']);
    await roles.stop(['broker', 'dcu', 'backend']);
    expect(told).toEqual(['+broker', '+backend', '+dcu', '-dcu', '-backend', '-broker']);
  });

  it('stay as they are when one fails, which says why', async () => {
    const { roles, told, failing } = aStage(['backend']);
    await roles.start(['broker', 'backend', 'dcu']);
    expect(told).toEqual(['+broker', '+dcu']);
    expect(roles.states()).toMatchObject({
      broker: { kind: 'on' },
      backend: { kind: 'failed', refusal: { code: 'BROKER_OFF', next: 'mend it' } },
      dcu: { kind: 'on' },
    });
    failing.pop();
    await roles.start(['backend', 'broker']);
    expect(roles.states().backend.kind).toBe('on');
    expect(told.filter((each) => each === '+broker')).toHaveLength(1);
  });

  it('take two presses at once one after the other', async () => {
    const { roles, told } = aStage();
    await Promise.all([roles.start(['broker']), roles.stop(['broker']), roles.start(['broker'])]);
    expect(told).toEqual(['+broker', '-broker', '+broker']);
    expect([...roles.running()]).toEqual(['broker']);
  });
});
