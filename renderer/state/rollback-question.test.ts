import { expect, it } from 'vitest';
import type { EcuView } from '#core/contract';
import { recalledBy, standOf } from './rollback-question.ts';

const ecu = (version: string) =>
  ({
    activeBank: 'A',
    banks: [{ bank: 'A', version, sha256: version, state: 'active' }],
  }) as unknown as EcuView;

it('asks again what a rollback would do once other images are in the banks', () => {
  expect(standOf(ecu('1'))).toBe(standOf({ ...ecu('1'), progress: 7 }));
  expect(standOf(ecu('1'))).not.toBe(standOf(ecu('2')));
});

it('takes back everywhere the version that was ticked, none that came into its place', () => {
  expect(recalledBy('1', ecu('1'), 2)).toBe('1');
  expect(recalledBy('1', ecu('2'), 2)).toBeNull();
  expect(recalledBy('1', ecu('1'), 0)).toBeNull();
  expect(recalledBy(null, ecu('1'), 2)).toBeNull();
});
