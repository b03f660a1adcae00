import type { Log, Random } from '#core/ports';
import type { Incoming } from '#core/link';
import {
  orderMembers,
  type Command,
  type ReleaseManifest,
  type Status,
  type Topics,
} from '#core/protocol';
import { previousBank, type EcuBanks } from './banks.ts';
import { refuse, whyOf, type Why } from './errors.ts';
import type { DcuEvent, Offer, Rollback } from './events.ts';
import { checkBundle, checkManifest, judge, type Court } from './judge.ts';
import { turnedAwayKey } from './say.ts';
import { reasonOf, type Voice } from './voice.ts';

export type Ears = {
  readonly court: Court;
  readonly topics: Topics;
  readonly ecus: readonly EcuBanks[];
  readonly voice: Voice;
  readonly random: Random;
  readonly log: Log;
  /** Whether a technician is asked before the first write. */
  readonly confirmInstall: boolean;
  /** Whether this update was taken up before. */
  readonly knows: (updateId: string) => boolean;
  /** Whether this rollback was taken up before. */
  readonly knowsRollback: (rollback: Rollback) => boolean;
  /** Resolves once the event is in the journal. */
  readonly dispatch: (event: DcuEvent) => Promise<void>;
};

/** A `status`: an offer goes into the journal, everything else is answered or passed over. */
export async function hearStatus(ears: Ears, incoming: Incoming): Promise<void> {
  const judged = await judge(ears.court, 'status', incoming);
  const updateId = judged.message?.updateId;
  if (updateId !== undefined && ears.knows(updateId)) {
    // A repetition, or somebody's forgery in its name: what runs is not disturbed by either.
    ears.log('debug', 'a status for an update already known was ignored', { updateId });
    return;
  }
  if (judged.kind === 'refused') {
    await refuseStatus(ears, judged.message, judged.why);
    return;
  }
  const { message, remember } = judged;
  if (message.status === 'Available') {
    const offer = await offerOf(ears, message).catch(whyOf);
    if ('code' in offer) await refuseStatus(ears, message, offer);
    else await ears.dispatch({ type: 'offered', offer });
  } else {
    ears.log('info', `the gatekeeper said ${message.status}`, { updateId, ...message.reason });
  }
  remember();
}

/** [D1] what is offered, for which ECU or ECUs. */
async function offerOf(ears: Ears, message: Status): Promise<Offer> {
  const members =
    message.bundle === undefined && message.manifests === undefined
      ? [memberOf(ears, await checkManifest(ears.court, message), message.ecuId)]
      : await groupOf(ears, message);
  const updateId = message.updateId ?? ears.random.uuid();
  // It becomes a topic level when blocks are asked for.
  ears.topics.of('firmware_request', ears.court.vin, updateId);
  const [first] = members;
  if (first === undefined) throw refuse('MANIFEST_MISSING', 'the offer names no release');
  const { ecuId, manifest } = first;
  const { bundle } = message;
  return {
    ...{ updateId, ecuId, manifest },
    ...(ears.confirmInstall ? { confirm: true } : {}),
    ...(message.expires === undefined ? {} : { expires: message.expires }),
    ...(bundle === undefined
      ? {}
      : { group: { bundleId: bundle.bundleId, expires: bundle.expires, members, at: 0 } }),
  };
}

type Member = Pick<Offer, 'ecuId' | 'manifest'>;

function memberOf(
  { ecus }: Ears,
  manifest: ReleaseManifest,
  ecuId: string | number | undefined,
): Member {
  const ecu =
    ecuId === undefined
      ? ecus.find(({ profile }) => profile.hardwareId === manifest.hardwareId)
      : ecus.find(({ profile }) => profile.ecuId === String(ecuId));
  if (ecu !== undefined) return { ecuId: ecu.profile.ecuId, manifest };
  const named = ecuId === undefined ? manifest.hardwareId : String(ecuId);
  throw refuse('ECU_UNKNOWN', `the vehicle has no ECU ${named}`);
}

/** [D8] The bundle's releases, each for one ECU, in the order in which they are installed. */
async function groupOf(ears: Ears, message: Status): Promise<Member[]> {
  const manifests = await checkBundle(ears.court, message);
  const members = manifests.map((manifest, at) => memberOf(ears, manifest, message.ecuIds?.[at]));
  const twice = members.find(
    ({ ecuId }, at) => members.findIndex((one) => one.ecuId === ecuId) !== at,
  );
  if (twice !== undefined) {
    throw refuse('BUNDLE_MISMATCH', `two releases of the bundle are for ECU ${twice.ecuId}`);
  }
  const ordered = orderMembers(
    members.map((member) => ({
      ...{ member, ecuId: member.ecuId, hardwareId: member.manifest.hardwareId },
      requires: member.manifest.requires,
      dependsOn: dependenciesOf(ears, member.ecuId),
    })),
  );
  if ('order' in ordered) return ordered.order.map(({ member }) => member);
  throw refuse('BUNDLE_CYCLE', `${ordered.cycle.join(', ')} each wait for another of them`);
}

function dependenciesOf({ ecus }: Ears, ecuId: string): readonly string[] {
  return ecus.find((ecu) => ecu.profile.ecuId === ecuId)?.profile.dependsOn ?? [];
}

async function refuseStatus(ears: Ears, message: Status | null, why: Why): Promise<void> {
  ears.log('warn', 'a status was refused', { ...why, updateId: message?.updateId });
  await ears.voice.say(
    'acknowledgment',
    {
      acknowledgment: 'Refused',
      reason: reasonOf(why),
      ...(message?.messageId === undefined ? {} : { inReplyTo: message.messageId }),
    },
    named(message),
  );
}

/** A `command`: into the journal, or refused by an acknowledgment that names the command. */
export async function hearCommand(ears: Ears, incoming: Incoming): Promise<void> {
  const judged = await judge(ears.court, 'command', incoming);
  if (judged.kind === 'refused') {
    const { message, why, proven } = judged;
    // The broker's own repetition of what was answered before.
    if (why.code === 'REPLAYED' && incoming.dup) return;
    ears.log('warn', 'a command was refused', { ...why, command: message?.command });
    if (message?.command === 'rollback' && proven && why.code !== 'REPLAYED') {
      // Somebody who may ask has asked in vain: that too ends in a verdict.
      if (await turnedAway(ears, rollbackOf(ears, message, proven), why)) return;
    }
    await ears.voice.say(
      'acknowledgment',
      {
        acknowledgment: 'Refused',
        command: message?.command ?? '',
        reason: reasonOf(why),
        ...(message?.messageId === undefined ? {} : { inReplyTo: message.messageId }),
      },
      // An unbelieved command must not speak about a real update.
      proven ? named(message) : {},
    );
    return;
  }
  const { message, proven, remember } = judged;
  if (message.command === 'rollback') {
    await hearRollback(ears, message, proven);
  } else {
    const asked = message.askedBy ?? message.sender;
    await ears.dispatch({
      type: 'commanded',
      command: message.command,
      updateId: message.updateId ?? null,
      ...(message.ecuId === undefined ? {} : { ecuId: String(message.ecuId) }),
      ...(asked === undefined ? {} : { askedBy: asked }),
      inReplyTo: message.messageId ?? null,
    });
  }
  remember();
}

async function hearRollback(ears: Ears, message: Command, proven: boolean): Promise<void> {
  const rollback = rollbackOf(ears, message, proven);
  // Answered before, and then the power went before the message counted as heard.
  if (wasTurnedAway(ears, rollback)) return;
  const ecu = rollbackTarget(ears, message);
  if (ecu !== null) {
    const { ecuId } = ecu.profile;
    await ears.dispatch({ type: 'rollbackCommanded', rollback: { ...rollback, ecuId } });
    return;
  }
  const detail =
    message.ecuId === undefined
      ? 'the command names no ECU, and not exactly one has a previous version'
      : `the vehicle has no ECU ${String(message.ecuId)}`;
  await turnedAway(ears, rollback, { code: 'ECU_UNKNOWN', detail });
}

function rollbackOf(ears: Ears, message: Command, proven: boolean): Rollback {
  const { origin, askedBy, sender, messageId } = message;
  const asked = askedBy ?? sender;
  return {
    updateId: message.updateId ?? ears.random.uuid(),
    ecuId: message.ecuId === undefined ? '' : String(message.ecuId),
    ...(origin === undefined ? {} : { origin }),
    ...(asked === undefined ? {} : { askedBy: asked }),
    inReplyTo: messageId ?? null,
    proven,
  };
}

/** False when that rollback was taken up before: its verdict stands. */
async function turnedAway(ears: Ears, rollback: Rollback, objection: Why): Promise<boolean> {
  if (ears.knowsRollback(rollback)) return false;
  if (wasTurnedAway(ears, rollback)) return true;
  await ears.dispatch({ type: 'rollbackCommanded', rollback, objection });
  return true;
}

function wasTurnedAway({ voice }: Ears, rollback: Rollback): boolean {
  if ((rollback.inReplyTo ?? null) === null) return false;
  const key = turnedAwayKey(rollback, null);
  return voice.said('progress', key) || voice.said('acknowledgment', key);
}

/** A short script names no ECU; with one candidate there is no doubt which it means. */
function rollbackTarget(ears: Ears, { ecuId }: Command): EcuBanks | null {
  if (ecuId !== undefined) {
    return ears.ecus.find(({ profile }) => profile.ecuId === String(ecuId)) ?? null;
  }
  const able = ears.ecus.filter((ecu) => previousBank(ecu.meta()) !== null);
  return able.length === 1 ? (able[0] ?? null) : null;
}

function named(message: Status | Command | null): { updateId?: string; ecuId?: string } {
  return {
    ...(message?.updateId === undefined ? {} : { updateId: message.updateId }),
    ...(message?.ecuId === undefined ? {} : { ecuId: String(message.ecuId) }),
  };
}
