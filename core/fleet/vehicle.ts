import { join, sep } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  presenceWill,
  startDcu,
  type BackendApiOptions,
  type Dcu,
  type DcuProfile,
  type Hazards,
  type VehicleConditions,
  type VehicleState,
} from '#core/dcu';
import { openLink, type Link, type LinkAccess, type LinkState } from '#core/link';
import type { Clock, Log, Random } from '#core/ports';
import type { Topics } from '#core/protocol';
import type { Algorithm, KeyRing, Policy, SigningKey } from '#core/signing';
import type { Contents } from './contents.ts';
import { createMemoryFiles, type MemoryFiles, type Template } from './memory-files.ts';
import { OverheardLink } from './overheard.ts';
import type { Outcome, Standing, TallyBook } from './tally.ts';

/** What sets one vehicle of a fleet apart from the others. */
export type FleetVehicle = {
  readonly vin: string;
  readonly signer: SigningKey;
  /** Where it connects, and as whom; asked before each connection. */
  readonly access: () => LinkAccess;
  /** The backend's HTTPS API as this vehicle may use it; null: none, and images come by blocks. */
  readonly api: BackendApiOptions | null;
  /** Where they differ from the profile's. */
  readonly conditions?: Partial<VehicleConditions>;
  /** What goes wrong with its hardware; nothing unless given. */
  readonly hazards?: Hazards;
};

/** What all vehicles of a fleet have in common. */
export type Common = {
  readonly topics: Topics;
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly algorithms: readonly Algorithm[];
  readonly profile: DcuProfile;
  readonly keepaliveSeconds: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

/** One folder name for all: each has a disk of its own, and the paths are kept once. */
const FOLDER = join(sep, 'vehicle');
const ECUS = join(FOLDER, 'ecus', sep);

export type Shared = Common & {
  readonly books: DatabaseSync;
  readonly contents: Contents;
  readonly tally: TallyBook;
  /** Null for the first vehicle, which is made from its profile; the others are made from it. */
  readonly template: Template | null;
};

/** One real DCU on its own connection. */
export class Vehicle {
  readonly vin: string;
  readonly #shared: Shared;
  readonly #files: MemoryFiles;
  #standing: Standing = 'waiting';
  #outcome: Outcome = 'none';
  #link: Link | null = null;
  #dcu: Dcu | null = null;
  #factory: Template | null = null;

  constructor(vin: string, shared: Shared) {
    this.vin = vin;
    this.#shared = shared;
    const { contents, template, profile } = shared;
    this.#files = createMemoryFiles(contents, template ?? new Map(), profile.conditions.freeBytes);
  }

  /**
   * Resolves once it is on the broker and its inventory is on its way. Rejects with the LinkError
   * of a broker that does not want it; whoever opened it closes it then too.
   */
  async open(own: FleetVehicle, signal: AbortSignal): Promise<void> {
    const { topics, clock, random, log, keepaliveSeconds, books, profile } = this.#shared;
    const { vin, signer, api } = own;
    this.#move('connecting');
    const will = await presenceWill({ vin, topics, signer, clock, random });
    const link = openLink({
      ...own.access(),
      access: own.access,
      clientId: `ota-dcu-${vin}`,
      will,
      keepaliveSeconds,
      ...{ clock, random, log },
    });
    this.#link = link;
    link.onState((state) => {
      this.#move(standingOf(state, this.#standing));
    });
    await link.whenUp(signal);
    this.#dcu = await startDcu({
      ...this.#shared,
      vin,
      dir: FOLDER,
      link: new OverheardLink(link, topics, {
        told: (outcome) => {
          this.#turn(outcome);
        },
        listening: () => {
          this.#factory ??= this.#shared.template ?? this.#files.template(ECUS);
        },
      }),
      signer,
      transport: api === null ? 'blocks' : 'https',
      backendApi: api,
      profile:
        own.conditions === undefined
          ? profile
          : { ...profile, conditions: { ...profile.conditions, ...own.conditions } },
      files: this.#files,
      books,
      ...(own.hazards === undefined ? {} : { hazards: own.hazards }),
    });
  }

  /** The vehicle as it is this moment; null before it was opened. */
  view(): VehicleState | null {
    return this.#dcu?.vehicle() ?? null;
  }

  /** Its ECUs' files as they left the factory; null before it was opened. */
  get factory(): Template | null {
    return this.#factory;
  }

  /** A pulled cable; the link connects again. */
  drop(): void {
    this.#link?.drop();
  }

  /** Says goodbye where the broker listens, stops where it is and lets go of its memory. */
  async close(): Promise<void> {
    await this.#dcu?.close();
    await this.#link?.close();
    this.#dcu = this.#link = null;
    this.#files.forget();
  }

  #move(to: Standing): void {
    this.#shared.tally.moved(this.#standing, to);
    this.#standing = to;
  }

  #turn(to: Outcome): void {
    // Last words are said again after a restart; what was taken back stays taken back.
    this.#shared.tally.turned(this.#outcome, to);
    this.#outcome = to;
  }
}

function standingOf(state: LinkState, before: Standing): Standing {
  switch (state.kind) {
    case 'up':
      return 'connected';
    case 'lost':
      return 'lost';
    case 'idle':
    case 'closed':
      return 'waiting';
    default:
      // Trying again is still being away, for whoever counts.
      return before === 'lost' ? 'lost' : 'connecting';
  }
}
