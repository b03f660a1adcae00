import { ConditionsView } from '#core/contract';
import { type DcuProfile } from '#core/dcu';
import { BenchError } from '../errors.ts';
import { DEMO_PROFILE } from './demo-vehicle.ts';
import { type Profiles } from './profiles.ts';
import { type VehicleStore } from './store.ts';

/** Which vehicles there are, and what each is made of. */
export type Garage = {
  readonly store: VehicleStore;
  readonly profiles: Profiles;
  /** What a vehicle is started with: its profile, at this run's speed, in its surroundings. */
  equip(vin: string): Promise<DcuProfile>;
  /** As they are after it; remembered. */
  changeConditions(vin: string, change: Readonly<Record<string, unknown>>): Promise<ConditionsView>;
};

export function createGarage(options: {
  store: VehicleStore;
  profiles: Profiles;
  speed: 'real' | 'full';
}): Garage {
  const { store, profiles, speed } = options;
  const profileOf = async (vin: string): Promise<DcuProfile> => {
    const wanted = store.get(vin)?.profile ?? DEMO_PROFILE;
    try {
      return await profiles.load(wanted);
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      const { code, reason, next } = error;
      throw new BenchError(code, `${vin}: ${reason}`, { next, cause: error });
    }
  };
  return {
    store,
    profiles,
    async equip(vin) {
      const profile = await profileOf(vin);
      const conditions = store.get(vin)?.conditions ?? profile.conditions;
      return { ...profile, speed: speed === 'full' ? 'full' : profile.speed, conditions };
    },
    async changeConditions(vin, change) {
      const entry = store.get(vin);
      const before = entry?.conditions ?? (await profileOf(vin)).conditions;
      const given = Object.entries(change).filter(([, value]) => value !== undefined);
      const conditions = ConditionsView.parse({ ...before, ...Object.fromEntries(given) });
      if (entry !== undefined) store.put({ ...entry, conditions });
      return conditions;
    },
  };
}
