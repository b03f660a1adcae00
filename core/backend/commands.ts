import type { DatabaseSync } from 'node:sqlite';
import { unreachable, type Clock, type Random } from '#core/ports';
import { encodePayload, qosOf, retainOf, type Command, type Topics } from '#core/protocol';
import type { Outbox } from '#core/link';
import { signObject, typOf, type SigningKey } from '#core/signing';
import { inTransaction } from '#core/storage';
import { BACKEND } from './compose.ts';
import { BackendError } from './errors.ts';
import { hasEnded, type UpdateState } from './machine.ts';
import { outboxKey } from './publisher.ts';
import type { Updates } from './updates.ts';
import { previousBank, type Vehicles } from './vehicles.ts';

/** A command that waited longer than this in some queue is no longer what a person wants. */
const COMMAND_LIFETIME_MS = 3_600_000;

export type CommandDeps = {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly random: Random;
  readonly topics: Topics;
  readonly outbox: Outbox;
  readonly updates: Updates;
  readonly vehicles: Vehicles;
  readonly messageKey: SigningKey;
  readonly nextSeq: (vin: string) => number;
};

/**
 * Publishes a signed command (QoS 2, by the outbox). Returns the id of the update it is about;
 * a rollback begins one of its own.
 *
 * @throws BackendError VEHICLE_UNKNOWN, ECU_UNKNOWN, UPDATE_UNKNOWN, UPDATE_ENDED
 */
export async function sendCommand(
  target: {
    readonly vin: string;
    readonly ecuId: string;
    readonly command: Command['command'];
    readonly updateId?: string | undefined;
    /** Of a rollback. */
    readonly origin?: Command['origin'];
    readonly askedBy?: string | undefined;
  },
  deps: CommandDeps,
): Promise<string> {
  const { vin, ecuId, command, origin, askedBy } = target;
  const begun = command === 'rollback' ? rollback(vin, ecuId, deps) : null;
  const updateId = begun?.updateId ?? about(target, deps);
  const { clock, random, outbox, updates } = deps;
  const now = clock.now();
  const messageId = random.uuid();
  const message = {
    command,
    messageId,
    updateId,
    vin,
    // An update of several ECUs is steered as a whole.
    ...(ecuId === '' ? {} : { ecuId }),
    ...(origin === undefined ? {} : { origin }),
    ...(askedBy === undefined ? {} : { askedBy }),
    seq: deps.nextSeq(vin),
    sender: BACKEND,
    issuedAt: new Date(now).toISOString(),
    expires: new Date(now + COMMAND_LIFETIME_MS).toISOString(),
  };
  const signed = await signObject(message, { key: deps.messageKey, typ: typOf('command') });
  inTransaction(deps.db, () => {
    if (begun !== null) updates.insert(begun);
    outbox.enqueue({
      key: begun === null ? `command:${messageId}` : outboxKey(updateId),
      topic: deps.topics.of('command', vin),
      payload: encodePayload(signed),
      qos: qosOf('command'),
      retain: retainOf('command'),
    });
  });
  if (begun !== null) updates.announce(updateId);
  return updateId;
}

/** The vehicle itself decides whether it can [D7]; what we know of its banks may be old. */
function rollback(vin: string, ecuId: string, deps: CommandDeps): UpdateState {
  const ecu = deps.vehicles.ecu(vin, ecuId);
  const active = ecu.banks.find(({ bank }) => bank === ecu.activeBank)?.version ?? 'its version';
  const version = previousBank(ecu)?.version ?? '';
  return {
    updateId: deps.random.uuid(),
    vin,
    ecuId,
    releaseId: null,
    version,
    description: `Roll back ECU ${ecuId} from ${active}${version === '' ? '' : ` to ${version}`}`,
    createdAt: deps.clock.now(),
    stage: 'queued',
    progress: 0,
    paused: false,
    waiting: null,
    steps: [],
    foreign: false,
    members: [],
    releases: [],
    installs: false,
  };
}

function about(
  target: { vin: string; command: Command['command']; updateId?: string | undefined },
  { updates, random }: CommandDeps,
): string {
  switch (target.command) {
    case 'report':
    case 'install':
    case 'rollback':
      return target.updateId ?? random.uuid();
    case 'cancel':
    case 'pause':
    case 'resume': {
      const update = target.updateId === undefined ? null : updates.get(target.updateId);
      if (update?.vin !== target.vin) {
        throw new BackendError('UPDATE_UNKNOWN', `${target.vin} has no update of that id`, {
          next: 'Choose an update that is running.',
        });
      }
      if (!hasEnded(update.stage)) return update.updateId;
      throw new BackendError('UPDATE_ENDED', `update ${update.updateId} is ${update.stage}`, {
        next: 'Nothing is left to do for it.',
      });
    }
    default:
      return unreachable(target.command);
  }
}
