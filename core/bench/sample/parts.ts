import { type Records } from '#core/backend';
import { type Catalogue } from '#core/catalogue';
import { type Settings, type SigningAlgorithm } from '#core/contract';
import { type Clock } from '#core/ports';
import { type Feeds } from '../feeds.ts';
import { type BenchKeys } from '../keys.ts';
import { type RollbackDesk } from '../rollbacks.ts';
import { type Roles } from '../roles.ts';
import { type TrafficDesk } from '../traffic/desk.ts';
import { type UpdateDesk } from '../updates.ts';
import { type VehicleDesk } from '../vehicles/desk.ts';
import { type SampleBook } from './book.ts';

/** What of the bench the sample data are made with: what a person uses, nothing besides. */
export type SampleParts = {
  book: SampleBook;
  roles: Roles;
  vehicles: Pick<VehicleDesk, 'add' | 'remove'>;
  updates: UpdateDesk;
  rollbacks: Pick<RollbackDesk, 'rollback'>;
  records: Pick<Records, 'forgetVehicle'>;
  /** Whether a report is to come about the vehicle: what it tells of must not be forgotten before. */
  isInSession: (vin: string) => boolean;
  catalogue: Catalogue;
  keys: Pick<BenchKeys, 'key'>;
  traffic: Pick<TrafficDesk, 'capture' | 'live'>;
  feeds: Feeds;
  settings: () => Settings;
  algorithm: () => SigningAlgorithm;
  clock: Clock;
  signal: AbortSignal;
};
