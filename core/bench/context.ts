import { type Endpoint, type RoleName, type Settings } from '#core/contract';
import { type BrokerLimits } from '#core/broker';
import { type Catalogue } from '#core/catalogue';
import { type Faults } from '#core/faults';
import { type BenchCa } from '#core/pki';
import { type Clock, type Log, type Random } from '#core/ports';
import { type Topics } from '#core/protocol';
import { type TrafficEvent } from '#core/recorder';
import { type KeyRing } from '#core/signing';
import { type Workspace } from '#core/storage';
import { type BenchKeys } from './keys.ts';
import { type Links } from './links.ts';
import { type Refusals } from './refusals.ts';
import { type AclStore } from './trust/acl-store.ts';
import { type Identities } from './trust/identities.ts';
import { type Users } from './users.ts';
import { type Garage } from './vehicles/garage.ts';

/** What every role is started with. */
export type Context = {
  workspace: Workspace;
  clock: Clock;
  random: Random;
  log: Log;
  ca: BenchCa;
  /** The bench's own certificates. */
  identities: Identities;
  /** The access list of the embedded broker. */
  acl: AclStore;
  ring: KeyRing;
  keys: BenchKeys;
  catalogue: Catalogue;
  /** Where everything that passes a broker is told. */
  traffic: { add(event: TrafficEvent): void };
  /** Of the embedded broker, for people. */
  refusals: Refusals;
  /** Where the embedded broker's limits differ from the usual ones. */
  brokerLimits: Partial<BrokerLimits>;
  users: Users;
  /** MQTT identities of the bench itself: backend, gatekeeper, and each simulated vehicle. */
  readonly names: readonly string[];
  /** Which vehicles there are, and what each is made of. */
  garage: Garage;
  links: Links;
  /** What goes wrong on purpose in simulated vehicles. */
  faults: Faults;
  settings: () => Settings;
  topics: () => Topics;
  /** Ends when the bench closes. */
  signal: AbortSignal;
};

/** A role that is on. */
export type Running = {
  role: RoleName;
  /** One line for people: what it does, where. */
  detail: string;
  endpoints: Endpoint[];
  close(): Promise<void>;
};
