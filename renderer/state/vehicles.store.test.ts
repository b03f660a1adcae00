import { expect, it } from 'vitest';
import type { VehicleView } from '#core/contract';
import { keptAmong } from './vehicles.store.ts';

const rack = (...vins: string[]): VehicleView[] => vins.map((vin) => ({ vin }) as VehicleView);

it('goes on showing the same vehicle when others come before it in the rack', () => {
  const first = keptAmong(rack('VIN5', 'VIN7'), null);
  expect(first).toBe('VIN5');
  expect(keptAmong(rack('VIN1', 'VIN5', 'VIN7'), first)).toBe('VIN5');
  expect(keptAmong(rack('VIN1', 'VIN7'), first)).toBe('VIN1');
  expect(keptAmong([], first)).toBeNull();
});
