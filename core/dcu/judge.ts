import { createHash } from 'node:crypto';
import { CodedError, type Clock, type Log } from '#core/ports';
import type { Incoming } from '#core/link';
import {
  checkExpiry,
  decodePayload,
  parseMessage,
  type MessageKind,
  type MessageOf,
} from '#core/protocol';
import {
  applyPolicy,
  BUNDLE_TYP,
  bundleFault,
  RELEASE_TYP,
  typOf,
  verifyObject,
  type Algorithm,
  type KeyRing,
  type KeyUse,
  type Policy,
  type ReplayEntry,
  type ReplayGuard,
  type Typ,
} from '#core/signing';
import { nextFor, refuse, whyOf, type Why } from './errors.ts';

export type Court = {
  readonly vin: string;
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly algorithms: readonly Algorithm[];
  readonly guard: ReplayGuard;
  readonly clock: Clock;
  readonly log: Log;
};

/** A message that may be acted on, or why not; `message` is there as far as it could be read. */
export type Judgement<Kind extends MessageKind> =
  | {
      readonly kind: 'heard';
      readonly message: MessageOf[Kind];
      /** A signature vouches for it; else the policy let it pass. */
      readonly proven: boolean;
      /** Call it once the answer is durable [P4]. */
      readonly remember: () => void;
    }
  | {
      readonly kind: 'refused';
      readonly message: MessageOf[Kind] | null;
      /** Its author is who the signature says, whatever else is wrong with it. */
      readonly proven: boolean;
      readonly why: Why;
    };

/** [D1] form, vehicle, retained flag, signature, end, repetition: in this order. */
export async function judge<Kind extends 'status' | 'command'>(
  court: Court,
  kind: Kind,
  incoming: Incoming,
): Promise<Judgement<Kind>> {
  let message: MessageOf[Kind] | null = null;
  let proven = false;
  try {
    const object = decodePayload(incoming.payload);
    message = parseMessage(kind, court.vin, object);
    if (incoming.retain) {
      throw refuse('RETAINED_MESSAGE', `a retained ${kind} is from before this DCU connected`);
    }
    const use = kind === 'status' ? 'gatekeeper' : 'backend';
    proven = await authenticate(court, object, typOf(kind), use);
    checkExpiry(message, court.clock.now());
    if (court.policy === 'require') assertEnvelope(message);
    const entry = entryOf(court, kind, message, incoming.payload, proven);
    const check = court.guard.check(entry);
    if (check.kind === 'replayed') throw refuse('REPLAYED', check.detail);
    return {
      kind: 'heard',
      message,
      proven,
      remember: () => {
        court.guard.remember(entry);
      },
    };
  } catch (error) {
    return { kind: 'refused', message, proven, why: whyOf(error) };
  }
}

/** [S5] The release key's own word on the image, whatever the broker made of the message. */
export async function checkManifest(
  court: Court,
  status: MessageOf['status'],
): Promise<NonNullable<MessageOf['status']['manifest']>> {
  const { manifest, version } = status;
  if (manifest === undefined) {
    throw refuse('MANIFEST_MISSING', 'the offer names no release manifest, so there is no image');
  }
  await authenticate(court, manifest, RELEASE_TYP, 'release');
  checkExpiry(manifest, court.clock.now());
  if (version !== manifest.version) {
    throw refuse(
      'VERSION_MISMATCH',
      `the offer says version ${version}, its manifest ${manifest.version}`,
    );
  }
  return manifest;
}

/** [D8] [S5] The release key's word on what belongs together, and on each part of it. */
export async function checkBundle(
  court: Court,
  { bundle, manifests, manifest }: MessageOf['status'],
): Promise<NonNullable<MessageOf['status']['manifests']>> {
  if (bundle === undefined) {
    throw refuse('BUNDLE_MISSING', 'the offer has several manifests and no bundle to bind them');
  }
  if (manifest !== undefined) {
    throw refuse('BUNDLE_MISMATCH', 'the offer has a bundle and a manifest besides');
  }
  await authenticate(court, bundle, BUNDLE_TYP, 'release');
  checkExpiry({ expires: bundle.expires, issuedAt: bundle.createdAt }, court.clock.now());
  for (const each of manifests ?? []) {
    await authenticate(court, each, RELEASE_TYP, 'release');
    checkExpiry({ expires: each.expires, issuedAt: each.createdAt }, court.clock.now());
  }
  const fault = bundleFault(bundle, manifests ?? []);
  if (fault !== null) throw refuse(fault.code, fault.detail);
  return manifests ?? [];
}

/** [S4] as the DCU's policy has it. True when the signature itself was good. */
export async function authenticate(
  { keys, algorithms, policy, log }: Court,
  object: Readonly<Record<string, unknown>>,
  typ: Typ,
  use: KeyUse,
): Promise<boolean> {
  const verdict = await verifyObject(object, { typ, algorithms, keys, use });
  const outcome = applyPolicy(verdict, policy);
  if (!outcome.accepted) {
    const { code = 'UNSIGNED', detail = 'not signed', next = nextFor(code) } = outcome;
    throw new CodedError(code, detail, { next });
  }
  if (outcome.mark !== 'valid') log('warn', `accepted ${typ} ${outcome.mark}`, { ...outcome });
  return outcome.mark === 'valid';
}

/** Without these a good signature would hold for ever, and for every vehicle. */
function assertEnvelope(message: object): void {
  const missing = ['messageId', 'seq', 'sender', 'vin'].filter((member) => !(member in message));
  if (missing.length === 0) return;
  throw refuse('ENVELOPE_INCOMPLETE', `the message lacks ${missing.join(', ')}`);
}

function entryOf(
  court: Court,
  kind: 'status' | 'command',
  message: MessageOf['status'] | MessageOf['command'],
  payload: Uint8Array,
  proven: boolean,
): ReplayEntry {
  return {
    receiver: court.vin,
    // A name that no signature vouches for is counted apart from the real sender's.
    sender: `${proven ? '' : 'unproven:'}${message.sender ?? ''}`,
    vin: court.vin,
    kind,
    messageId: message.messageId,
    seq: message.seq,
    digest: createHash('sha256').update(payload).digest('hex'),
    expires: message.expires,
  };
}
