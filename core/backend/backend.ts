import type { DatabaseSync } from 'node:sqlite';
import type {
  Composed,
  GroupDraft,
  ReleaseDraft,
  RollbackPreview,
  UpdateView,
} from '#core/contract';
import { unreachable, type Clock, type Log, type Random } from '#core/ports';
import { qosOf, type Command, type InventoryEcu, type Topics } from '#core/protocol';
import type { Catalogue } from '#core/catalogue';
import { createOutbox, type Incoming, type Link } from '#core/link';
import {
  createReplayGuard,
  nextSeq,
  type Algorithm,
  type KeyRing,
  type Policy,
  type SigningKey,
} from '#core/signing';
import { startApi, type Api, type ApiOptions, type ApiTls } from './api/api.ts';
import { createBlockServer } from './blocks.ts';
import { sendCommand } from './commands.ts';
import { composeGroup } from './compose-group.ts';
import { BACKEND, composeIssue, type Composition, type SignWith } from './compose.ts';
import { createFollower } from './follow.ts';
import { composeReleases, type ReleaseFor } from './issue-releases.ts';
import { createNotifications, type Notice } from './notifications.ts';
import { previewOf } from './preview.ts';
import { createPublisher } from './publisher.ts';
import { createRefusals, type RefusedMessage } from './refusals.ts';
import { prepareTables } from './tables.ts';
import type { EcuTarget } from './sign-release.ts';
import { createUpdates, viewOf } from './updates.ts';
import { createVehicles, type KnownVehicle } from './vehicles.ts';
import { createVerdicts } from './verdicts.ts';

export type BackendOptions = {
  readonly db: DatabaseSync;
  readonly link: Link;
  readonly topics: Topics;
  readonly catalogue: Catalogue;
  readonly keys: KeyRing;
  readonly messageKey: SigningKey;
  readonly releaseKey: SigningKey;
  readonly policy: Policy;
  readonly algorithms: readonly Algorithm[];
  /** Null: no HTTPS API. */
  readonly api: ApiOptions | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

/** What Compose shows, with the exact bytes that `publish` sends. */
export type ComposedIssue = Composed & { readonly bytes: Uint8Array };

export interface Backend {
  readonly apiUrl: string | null;
  /** Another certificate or CA for the HTTPS API, without a restart. */
  setApiTls(tls: ApiTls): void;
  /**
   * Signs and shows; stores and publishes nothing. Without `ecu` the vehicle's inventory says
   * what it has. VEHICLE_UNKNOWN, ECU_UNKNOWN, DRAFT_INVALID, ARTIFACT_UNKNOWN.
   */
  compose(draft: ReleaseDraft, ecu?: EcuTarget | null, signWith?: SignWith): Promise<ComposedIssue>;
  /** [D8] The same for several ECUs at once. BUNDLE_CYCLE besides. */
  composeGroup(draft: GroupDraft, signWith?: SignWith): Promise<ComposedIssue>;
  /**
   * Stores and hands over to the outbox what `compose` showed; the same id again does nothing
   * and returns the same. COMPOSED_UNKNOWN, COMPOSED_EXPIRED, COMPOSED_OVERTAKEN.
   */
  publish(composedId: string): Promise<string>;
  /**
   * Publishes releases of the catalogue as they are; several go as one [D8]. The same `startId`
   * again does nothing and returns the same, also after a restart. RELEASE_UNKNOWN,
   * VEHICLE_UNKNOWN, ECU_UNKNOWN, BUNDLE_CYCLE.
   */
  issue(
    order: {
      readonly startId: string;
      readonly vin: string;
      readonly items: readonly ReleaseFor[];
    },
    signWith?: SignWith,
  ): Promise<string>;
  /** The update that `issue` published under this id; null when it has not. */
  issued(startId: string): string | null;
  /** What the vehicle last said it has; null for one that has said nothing. */
  inventory(vin: string): readonly InventoryEcu[] | null;
  /** VEHICLE_UNKNOWN and ECU_UNKNOWN for a rollback, UPDATE_UNKNOWN and UPDATE_ENDED otherwise. */
  command(
    vin: string,
    ecuId: string,
    command: Command['command'],
    updateId?: string,
    /** Of a rollback: who wants it. */
    wish?: { readonly origin?: Command['origin']; readonly askedBy?: string | undefined },
  ): Promise<string>;
  /** As far as the vehicle's last inventory tells. VEHICLE_UNKNOWN, ECU_UNKNOWN. */
  previewRollback(vin: string, ecuId: string): RollbackPreview;
  /** Newest first. */
  updates(): UpdateView[];
  update(updateId: string): UpdateView | null;
  onUpdate(listener: (update: UpdateView) => void): () => void;
  vehicles(): KnownVehicle[];
  /** As if it had never been heard of; it is known again with its next inventory. */
  forgetVehicle(vin: string): void;
  /** One of them, without reading the others. */
  vehicle(vin: string): KnownVehicle | null;
  onVehicle(listener: (vehicle: KnownVehicle) => void): () => void;
  notifications(limit?: number): Notice[];
  onNotification(listener: (notice: Notice) => void): () => void;
  /** Messages that were not believed, newest first. */
  refused(limit?: number): RefusedMessage[];
  onRefused(listener: (refused: RefusedMessage) => void): () => void;
  /** Messages not yet acknowledged by the broker. */
  pending(): number;
  close(): Promise<void>;
}

/** Resolves once the API listens and the vehicles can be heard. BackendError PORT_IN_USE, LinkError. */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { db, link, topics, catalogue, clock, random, log, messageKey, releaseKey } = options;
  prepareTables(db);
  const replay = createReplayGuard(db, { clock });
  const updates = createUpdates(db);
  const vehicles = createVehicles(db, clock, (vin) => updates.open(vin));
  const refusals = createRefusals(db);
  const notifications = createNotifications(db, clock);
  const outbox = createOutbox({ db, link, clock, log });
  const publisher = createPublisher({ db, clock, catalogue, outbox, updates });
  const verdicts = createVerdicts(db);
  const deps = { ...options, replay, updates, vehicles, refusals, verdicts, outbox };
  const follow = createFollower(deps);
  const blocks = createBlockServer(deps);
  // Above what receivers remember, even when this workspace is new and they are not.
  const seqFor = (vin: string): number => nextSeq(db, BACKEND, vin, clock.now());

  const composing = { topics, catalogue, clock, random, nextSeq: seqFor };
  const held = (composition: Composition): ComposedIssue => {
    publisher.hold(composition);
    const { topic, qos, payload, composedId, releaseId, updateId, bytes } = composition;
    return { topic, qos, payload, composedId, releaseId, updateId, bytes };
  };

  const api: Api | null =
    options.api === null ? null : await startApi(options.api, { ...deps, notifications });
  const unlisten = link.onMessage((incoming: Incoming) => {
    const address = topics.parse(incoming.topic);
    if (address === null) return undefined;
    switch (address.kind) {
      case 'status':
      case 'acknowledgment':
      case 'progress':
      case 'inventory':
      case 'presence':
        // The PUBACK waits until it stands in the books.
        return follow(address.kind, address.vin, incoming);
      case 'firmware_request':
        blocks.onRequest(address.vin, address.updateId ?? '', incoming);
        return undefined;
      case 'issue_details':
      case 'command':
      case 'firmware_block':
        // Our own; we do not listen to ourselves.
        return undefined;
      default:
        return unreachable(address.kind);
    }
  });
  const close = async (): Promise<void> => {
    unlisten();
    await api?.close();
    await blocks.close();
    await outbox.close();
  };
  try {
    for (const kind of HEARD) await link.subscribe(topics.filter(kind), qosOf(kind));
  } catch (error) {
    await close();
    throw error;
  }
  publisher.catchUp();

  return {
    apiUrl: api?.url ?? null,
    setApiTls: (tls) => api?.setTls(tls),
    compose: async (draft, ecu, signWith = { messageKey, releaseKey }) => {
      const target = ecu ?? targetOf(vehicles.ecu(draft.vin, draft.ecuId));
      return held(await composeIssue(draft, target, signWith, composing));
    },
    composeGroup: async (draft, signWith = { messageKey, releaseKey }) => {
      const known = (ecuId: string): EcuTarget => targetOf(vehicles.ecu(draft.vin, ecuId));
      return held(await composeGroup(draft, known, signWith, composing));
    },
    publish: async (composedId) => publisher.publish(composedId),
    issue: async ({ startId, vin, items }, signWith = { messageKey, releaseKey }) => {
      const known = (ecuId: string): EcuTarget => targetOf(vehicles.ecu(vin, ecuId));
      const to = { vin, expiresInSeconds: ISSUE_LIFETIME_S, composedId: startId };
      const before = updates.byComposedId(startId);
      if (before !== null) return before;
      publisher.hold(await composeReleases(items, known, to, signWith, composing));
      return publisher.publish(startId);
    },
    issued: (startId) => updates.byComposedId(startId),
    inventory: (vin) => vehicles.ecus(vin),
    command: (vin, ecuId, command, updateId, wish = {}) =>
      sendCommand({ vin, ecuId, command, updateId, ...wish }, { ...deps, nextSeq: seqFor }),
    previewRollback: (vin, ecuId) => previewOf(vin, vehicles.ecu(vin, ecuId), updates.open(vin)),
    updates: () => updates.list().map(viewOf),
    update: (updateId) => {
      const state = updates.get(updateId);
      return state === null ? null : viewOf(state);
    },
    onUpdate: (listener) => updates.onUpdate(listener),
    vehicles: () => vehicles.list(),
    forgetVehicle: (vin) => {
      vehicles.forget(vin);
    },
    vehicle: (vin) => vehicles.one(vin),
    onVehicle: (listener) => vehicles.onVehicle(listener),
    notifications: (limit) => notifications.list(limit),
    onNotification: (listener) => notifications.onNotice(listener),
    refused: (limit) => refusals.list(limit),
    onRefused: (listener) => refusals.onRefused(listener),
    pending: () => outbox.pending(),
    close,
  };
}

/** An issue for a vehicle that stands there: a day is longer than anybody waits for it. */
const ISSUE_LIFETIME_S = 86_400;

const HEARD = [
  'inventory',
  'presence',
  'status',
  'acknowledgment',
  'progress',
  'firmware_request',
] as const;

function targetOf(ecu: InventoryEcu): EcuTarget {
  const active = ecu.banks.find(({ bank }) => bank === ecu.activeBank);
  const { hardwareId, partNumber, dependsOn = [] } = ecu;
  return {
    ecuId: String(ecu.ecuId),
    dependsOn,
    hardwareId,
    partNumber,
    installedCounter: active?.releaseCounter ?? null,
  };
}
