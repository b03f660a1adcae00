import { type BrokerLimits } from '#core/broker';
import { type Artifact } from '#core/catalogue';
import { type BenchView, type RoleName } from '#core/contract';
import { type Clock, type CodedError, type Log, type Random, type Refusal } from '#core/ports';
import { type Durability } from '#core/storage';
import { type BenchClient } from './client.ts';
import { type FleetAccess } from './fleet/passwords.ts';
import { type BrokerRefusal } from './refusals.ts';
import { type BenchRouter } from './router.ts';
import { type SettingsOverrides } from './settings.ts';
import { type VaultChoice } from './trust/opened-vault.ts';

export type BenchOptions = {
  workspaceDir: string;
  /** `passing`: the folder goes with this process, and nothing in it has to outlive a power cut. */
  durability?: Durability;
  host: 'electron' | 'headless';
  /** Of the product, for display. */
  version: string;
  /** `keychain` falls back to `session` where none answers, and says why. Left out: `session`. */
  vault?: VaultChoice;
  clock?: Clock;
  random?: Random;
  log?: Log;
  /** This run's settings over the stored ones; not stored. */
  settings?: SettingsOverrides;
  /** Users and passwords: of the outside broker, or for the embedded one. Never stored. */
  credentials?: Readonly<Record<string, string>>;
  /** Files of public keys to trust, read when they appear and whenever they change. */
  trustFiles?: readonly string[];
  /** Vehicles to simulate in this run; left out: those that were added, at first the demo vehicle. */
  vins?: readonly string[];
  /** What this run's vehicles are made by: a profile's name, or the path of a file. */
  profile?: string;
  /** Folder of the product's vehicle profiles; left out: the demo alone. */
  ecusDir?: string;
  /** False: somebody else answers issue_details. */
  gatekeeper?: boolean;
  /** The simulated vehicles belong to a backend in another process: no HTTPS API to ask. */
  backendElsewhere?: boolean;
  /** `full`: the simulated ECUs erase, write and start as fast as this computer can. */
  ecuSpeed?: 'real' | 'full';
  /** Faults of the simulated vehicles from the start, as `kind:parameter=value,…` or JSON. */
  faults?: readonly string[];
  /** Where faults leave something to chance it is decided by this. Left out: always the same. */
  faultSeed?: string;
  /** What a power cut does in place of switching one vehicle off: ends the process at that byte. */
  onPowerCut?: () => void;
  /** False: traffic is not recorded. */
  records?: boolean;
  /** Folder of the library of scenarios; left out: it is empty. */
  scenariosDir?: string;
  /** Folder of the scripts that verify without this product; left out: none is handed out. */
  verifierDir?: string;
  /** Folder of the host's logs, whose ends go into the diagnostics. */
  logsDir?: string;
  /** Where the embedded broker's limits differ from the usual ones: for this run. */
  brokerLimits?: Partial<BrokerLimits>;
  /** Vehicles of a fleet in another process, which the embedded broker lets in. */
  fleet?: FleetAccess;
};

export type Bench = {
  /** The contract, for `serveWire` and for clients in this process. */
  readonly router: BenchRouter;
  readonly client: BenchClient;
  view(): BenchView;
  /** A firmware file of this machine, streamed into the store. */
  importFirmware(
    path: string,
    options: { signal?: AbortSignal; onProgress?: (bytes: number) => void },
  ): Promise<Artifact>;
  /** Writes the public keys of this process for another's `trustFiles`. */
  writeTrust(file: string): Promise<void>;
  /** A client certificate with its key and the CA of both sides, for a vehicle of a fleet. */
  certificateFor(vin: string): Promise<{ cert: string; key: string; ca: string }>;
  /** The public keys of this process, as `writeTrust` writes them. */
  trustText(): Promise<string>;
  /** A role's refusal as the error it was. */
  failureOf(role: RoleName, refusal: Refusal): CodedError;
  /** What the embedded broker refuses; of a flood the first of each kind, then how many more. */
  onRefused(listener: (refusal: BrokerRefusal) => void): () => void;
  /** The computer has slept: every connection to another machine is opened anew at once. */
  wake(): void;
  /** Readers of streams now; a test asks whether they are gone. */
  watchers(): number;
  /** Stops all roles in reverse order, then frees the workspace. */
  close(): Promise<void>;
};
