import { rm } from 'node:fs/promises';
import { type ConditionsView, type ProfileView } from '#core/contract';
import { type Faults } from '#core/faults';
import { parseVin } from '#core/protocol';
import { type Workspace } from '#core/storage';
import { BenchError } from '../errors.ts';
import { type Stage } from '../stage.ts';
import { type Users } from '../users.ts';
import { type Garage } from './garage.ts';

/** One process, and people who look at each of them. Fleets are simulated apart. */
const VEHICLES_LIMIT = 64;
/** Identities of the bench itself: no vehicle is called so. */
const ROLE_NAMES: ReadonlySet<string> = new Set(['backend', 'gatekeeper', 'broker']);

/** Members left out stay as they are. */
type Changed = { [Member in keyof ConditionsView]?: ConditionsView[Member] | undefined };

/** What a person does with the vehicles of the bench. */
export type VehicleDesk = {
  profiles(): Promise<ProfileView[]>;
  saveProfile(name: string, text: string): Promise<ProfileView>;
  /** @throws BenchError BAD_INPUT, VEHICLE_KNOWN, TOO_MANY, and those of Profiles.load */
  add(vin: string, profile: string): Promise<void>;
  /** @throws BenchError VEHICLE_UNKNOWN, VEHICLE_BUSY */
  remove(vin: string): Promise<void>;
  /** @throws BenchError VEHICLE_UNKNOWN */
  setConditions(vin: string, change: Changed): Promise<ConditionsView>;
};

export function createVehicleDesk(options: {
  garage: Garage;
  stage: Stage;
  users: Users;
  workspace: Workspace;
  faults: Pick<Faults, 'forget'>;
}): VehicleDesk {
  const { garage, stage, users, workspace, faults } = options;
  // Two windows may add and remove at once; each waits for the other.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const assertKnown = (vin: string): void => {
    if (garage.store.get(vin) !== undefined) return;
    throw new BenchError('VEHICLE_UNKNOWN', `this bench simulates no vehicle ${vin}`, {
      next: 'choose one of Vehicles that is simulated here',
    });
  };

  const add = async (name: string, profile: string): Promise<void> => {
    const vin = parseVin(name);
    if (ROLE_NAMES.has(vin)) {
      throw new BenchError('BAD_INPUT', `"${vin}" is the name of a role of this bench`, {
        next: 'choose another name for the vehicle',
      });
    }
    if (garage.store.get(vin) !== undefined) {
      throw new BenchError('VEHICLE_KNOWN', `${vin} is simulated already`, {
        next: 'choose another VIN, or remove that vehicle first',
      });
    }
    if (garage.store.vins().length >= VEHICLES_LIMIT) {
      throw new BenchError('TOO_MANY', `${String(VEHICLES_LIMIT)} vehicles are simulated already`, {
        next: 'remove some, or simulate a fleet with "ota-bench fleet"',
      });
    }
    await garage.profiles.load(profile);
    await users.make(vin);
    garage.store.put({ vin, profile, conditions: null });
    try {
      await stage.addVehicle(vin);
    } catch (error) {
      garage.store.remove(vin);
      throw error;
    }
  };
  const remove = async (vin: string): Promise<void> => {
    assertKnown(vin);
    const job = stage.dcu(vin)?.vehicle().job;
    if (job) {
      throw new BenchError('VEHICLE_BUSY', `${vin} is busy with ${job.ecuId}`, {
        next: 'wait for the job to end, or cancel it',
      });
    }
    garage.store.remove(vin);
    await stage.removeVehicle(vin);
    faults.forget(vin);
    await rm(workspace.path('vehicles', vin), { recursive: true, force: true });
  };

  return {
    profiles: () => garage.profiles.list(),
    saveProfile: (name, text) => garage.profiles.save(name, text),
    add: (vin, profile) => inTurn(() => add(vin, profile)),
    remove: (vin) => inTurn(() => remove(vin)),
    setConditions: (vin, change) =>
      inTurn(async () => {
        assertKnown(vin);
        const conditions = await garage.changeConditions(vin, change);
        stage.dcu(vin)?.setConditions(conditions);
        return conditions;
      }),
  };
}
