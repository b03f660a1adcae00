import type { DatabaseSync } from 'node:sqlite';
import type { SignatureMark } from '#core/contract';
import { isCodedError, type Clock, type Log, type Random } from '#core/ports';
import type { Acknowledgment, MessageKind, MessageOf, Progress, Status } from '#core/protocol';
import type { Incoming } from '#core/link';
import { inTransaction } from '#core/storage';
import { hasEnded, type UpdateEvent, type UpdateState } from './machine.ts';
import type { Refusals } from './refusals.ts';
import { TrustError, trustMessage, type TrustDeps } from './trust.ts';
import type { Updates } from './updates.ts';
import type { Verdicts } from './verdicts.ts';
import type { Vehicles } from './vehicles.ts';

/** Kinds that the follower takes; the blocks have a room of their own. */
export type FollowedKind = 'status' | 'acknowledgment' | 'progress' | 'inventory' | 'presence';
type Told = Status | Acknowledgment | Progress;

export type FollowDeps = TrustDeps & {
  readonly db: DatabaseSync;
  readonly updates: Updates;
  readonly vehicles: Vehicles;
  readonly refusals: Refusals;
  readonly verdicts: Verdicts;
  readonly random: Random;
  readonly log: Log;
};

/** Writes into the books what vehicles and gatekeeper say. Never throws for what was sent. */
export function createFollower(
  deps: FollowDeps,
): (kind: FollowedKind, vin: string, incoming: Incoming) => Promise<void> {
  return async (kind, vin, incoming) => {
    try {
      await follow(kind, vin, incoming, deps);
    } catch (error) {
      if (!isCodedError(error)) throw error;
      refuse(deps, { kind, vin, code: error.code, reason: error.reason, updateId: null });
    }
  };
}

async function follow(
  kind: FollowedKind,
  vin: string,
  incoming: Incoming,
  deps: FollowDeps,
): Promise<void> {
  switch (kind) {
    case 'inventory': {
      const trusted = await trustMessage(kind, vin, incoming, deps);
      if (trusted.kind === 'repeated') return;
      inTransaction(deps.db, () => {
        deps.replay.remember(trusted.entry);
        deps.vehicles.hasInventory(vin, trusted.message.ecus);
      });
      deps.vehicles.announce(vin);
      return;
    }
    case 'presence': {
      const trusted = await trustMessage(kind, vin, incoming, deps);
      if (trusted.kind === 'repeated') return;
      deps.vehicles.hasPresence(vin, trusted.message.online);
      deps.vehicles.announce(vin);
      return;
    }
    default: {
      const trusted = await trustMessage(kind, vin, incoming, deps);
      if (trusted.kind === 'repeated') return;
      const { message, mark, kid, entry } = trusted;
      // Apart: what follows may know of no such update, and takes nothing else back with it.
      storeVerdict(vin, message, mark, deps);
      const moved = inTransaction(deps.db, () => {
        const updateId = target(kind, vin, message, deps);
        const taken = deps.updates.apply(
          updateId,
          eventOf(kind, message, { mark, kid }, deps.clock),
        );
        deps.replay.remember(entry);
        return { updateId, taken };
      });
      if (kind !== 'status') deps.vehicles.seen(vin);
      const [effect] = moved.taken?.effects ?? [];
      if (effect?.kind === 'ignore') {
        deps.log('debug', `${kind} changed nothing`, { vin, why: effect.why, ...moved });
        return;
      }
      deps.updates.announce(moved.updateId);
      deps.vehicles.announce(vin);
    }
  }
}

/**
 * A verdict stands by itself: it is kept also where the update it was about is not known here.
 *
 * @throws TrustError VERDICT_MISMATCH
 */
function storeVerdict(vin: string, message: Told, mark: SignatureMark, deps: FollowDeps): void {
  const verdict = 'verdict' in message ? (message as Progress).verdict : undefined;
  if (verdict === undefined) return;
  if (verdict.vin !== vin) {
    throw new TrustError('VERDICT_MISMATCH', `${vin} sent a verdict about ${verdict.vin}`);
  }
  for (const name of ['updateId', 'ecuId'] as const) {
    const told = message[name];
    if (told === undefined || String(told) === verdict[name]) continue;
    throw new TrustError(
      'VERDICT_MISMATCH',
      `a message with ${name} ${String(told)} has a verdict about ${verdict[name]}`,
    );
  }
  deps.verdicts.store(verdict, mark, deps.clock.now());
}

/**
 * The update a message is about: the one it names, else the vehicle's newest open one.
 * A status nobody asked us for, or a download out of nowhere, begins a foreign update.
 *
 * @throws TrustError UPDATE_OF_OTHER_VEHICLE, NO_OPEN_UPDATE
 */
function target(
  kind: 'status' | 'acknowledgment' | 'progress',
  vin: string,
  message: Told,
  deps: FollowDeps,
): string {
  const { updates } = deps;
  if (message.updateId !== undefined) {
    const named = updates.get(message.updateId);
    if (named === null) {
      if (begins(kind, message)) return beginForeign(vin, message, message.updateId, deps);
      throw new TrustError('UPDATE_UNKNOWN', `no update ${message.updateId} is known`);
    }
    if (named.vin === vin) return named.updateId;
    throw new TrustError(
      'UPDATE_OF_OTHER_VEHICLE',
      `update ${message.updateId} is for ${named.vin}, ${vin} spoke of it`,
    );
  }
  const open = updates.open(vin);
  const command = refusedCommand(kind, message);
  if (command !== null) {
    // A vehicle does not name the update of a command which it did not believe.
    const [newest] = open;
    if (newest !== undefined) return newest.updateId;
    const { code = 'NO_REASON_GIVEN', detail = '' } = message.reason ?? {};
    throw new TrustError('COMMAND_REFUSED', `${vin} refused “${command}”: ${code}: ${detail}`);
  }
  const wanted = 'version' in message ? message.version : undefined;
  const fitting = open.find((update) => kind !== 'status' || update.version === wanted);
  if (fitting !== undefined) return fitting.updateId;
  // A short script that goes on after the end: a rollback, or its last words again.
  const last = updates.newest(vin);
  if (kind !== 'status' && last !== null && hasEnded(last.stage) && !begins(kind, message)) {
    return last.updateId;
  }
  if (begins(kind, message)) return beginForeign(vin, message, deps.random.uuid(), deps);
  throw new TrustError('NO_OPEN_UPDATE', `${vin} has no update that this ${kind} could be about`);
}

/** The command that an acknowledgment refuses; null for one that is about the update itself. */
function refusedCommand(kind: MessageKind, message: Told): string | null {
  if (kind !== 'acknowledgment' || !('command' in message)) return null;
  const { acknowledgment, command } = message as Acknowledgment;
  return acknowledgment === 'Refused' ? String(command).slice(0, 64) : null;
}

function begins(kind: MessageKind, message: Told): boolean {
  return kind === 'status' || ('progress' in message && message.status === 'downloading');
}

function beginForeign(vin: string, message: Told, updateId: string, deps: FollowDeps): string {
  const { manifest, bundle, manifests = [], ecuIds = [] } = message as Partial<Status>;
  const version = 'version' in message ? String(message.version) : '';
  const state: UpdateState = {
    updateId,
    vin,
    ecuId: message.ecuId === undefined ? '' : String(message.ecuId),
    releaseId: manifest?.releaseId ?? bundle?.bundleId ?? null,
    version,
    description: manifest?.description ?? '',
    createdAt: deps.clock.now(),
    stage: 'issued',
    progress: 0,
    paused: false,
    waiting: null,
    steps: [],
    foreign: true,
    members: manifests.map(({ hardwareId, version: to }, at) => ({
      ...{ ecuId: ecuIds[at] ?? hardwareId, version: to, stage: 'queued', progress: 0 },
    })),
    releases: manifests.map(({ releaseId }) => releaseId),
    installs: true,
  };
  deps.updates.insert(state);
  return updateId;
}

function eventOf(
  kind: 'status' | 'acknowledgment' | 'progress',
  message: Told,
  signed: { mark: SignatureMark; kid: string | null },
  clock: Clock,
): UpdateEvent {
  const common = { at: clock.now(), ...signed, reason: message.reason };
  switch (kind) {
    case 'status':
      return { ...common, kind, status: (message as MessageOf['status']).status };
    case 'acknowledgment': {
      const { acknowledgment } = message as MessageOf['acknowledgment'];
      const command = refusedCommand(kind, message);
      if (command !== null) return { ...common, kind: 'command_refused', command };
      return { ...common, kind, acknowledgment };
    }
    case 'progress': {
      const { status, progress, ...more } = message as MessageOf['progress'];
      const waits = more['waiting'] === 'confirmation' ? 'confirmation' : null;
      const ecuId = message.ecuId === undefined ? null : String(message.ecuId);
      return { ...common, kind, status, progress, paused: more['paused'] === true, waits, ecuId };
    }
  }
}

function refuse(
  { refusals, clock, log }: FollowDeps,
  refused: {
    kind: MessageKind;
    vin: string;
    code: string;
    reason: string;
    updateId: string | null;
  },
): void {
  log('warn', `${refused.kind} refused`, refused);
  refusals.note({ at: clock.now(), ...refused });
}
