import type { SignatureMark } from '#core/contract';
import { CodedError, type Clock } from '#core/ports';
import {
  checkExpiry,
  decodePayload,
  parseMessage,
  type MessageKind,
  type MessageOf,
} from '#core/protocol';
import {
  applyPolicy,
  replayEntry,
  typOf,
  verifyObject,
  type Algorithm,
  type KeyRing,
  type Policy,
  type ReplayEntry,
  type ReplayGuard,
} from '#core/signing';
import type { Incoming } from '#core/link';

/** Why a message to the backend is not believed; other codes are the protocol's and signing's. */
export class TrustError extends CodedError {
  constructor(code: string, reason: string) {
    super(code, reason, { next: 'See the code in docs/PROTOCOL.md.' });
  }
}

export type Trusted<Kind extends MessageKind> =
  | {
      kind: 'new';
      message: MessageOf[Kind];
      mark: SignatureMark;
      /** Of the key that signed it; null where no good signature says so. */
      kid: string | null;
      entry: ReplayEntry;
    }
  /** The broker delivered again what is already in the books. */
  | { kind: 'repeated' };

export type TrustDeps = {
  readonly keys: KeyRing;
  readonly policy: Policy;
  readonly algorithms: readonly Algorithm[];
  readonly replay: ReplayGuard;
  readonly clock: Clock;
};

/** Kinds that state how things are now: the broker keeps the last one and gives it out again. */
const STANDING: ReadonlySet<MessageKind> = new Set<MessageKind>(['inventory', 'presence']);

/**
 * [P2] [P3] [S4] [P5] [P4] in this order, for one message to the backend.
 *
 * @throws CodedError of the protocol or of TrustError, for the first that fails
 */
export async function trustMessage<Kind extends MessageKind>(
  kind: Kind,
  vin: string,
  incoming: Incoming,
  deps: TrustDeps,
): Promise<Trusted<Kind>> {
  const object = decodePayload(incoming.payload);
  const message = parseMessage(kind, vin, object);
  const verdict = await verifyObject(object, {
    typ: typOf(kind),
    algorithms: deps.algorithms,
    keys: deps.keys,
    use: kind === 'status' ? 'gatekeeper' : `dcu:${vin}`,
  });
  const outcome = applyPolicy(verdict, deps.policy);
  const kid = verdict.kind === 'valid' && outcome.mark === 'valid' ? verdict.kid : null;
  if (!outcome.accepted) throw new TrustError(outcome.code ?? 'UNSIGNED', outcome.detail ?? '');
  const entry = replayEntry('backend', kind, vin, message, incoming.payload, outcome.mark);
  const fresh = { kind: 'new', message, mark: outcome.mark, kid, entry } as const;
  // A last will was signed at connect and comes whenever the connection ends: its time and
  // number say nothing. Presence only colours a dot.
  if (kind === 'presence') return fresh;
  if (kind === 'firmware_request') {
    // Asked twice, answered twice: it changes nothing here, and a commit for each block would.
    checkExpiry(message, deps.clock.now());
    return fresh;
  }
  const seen = deps.replay.check(entry);
  const again = incoming.dup || (incoming.retain && STANDING.has(kind));
  if (seen.kind === 'replayed' && seen.cause === 'same' && again) return { kind: 'repeated' };
  checkExpiry(message, deps.clock.now());
  if (incoming.retain && !STANDING.has(kind)) {
    throw new TrustError('RETAINED_MESSAGE', `a ${kind} is for now and never retained`);
  }
  if (seen.kind === 'replayed') throw new TrustError('REPLAYED', seen.detail);
  if (deps.policy === 'require') assertEnvelope(message);
  return fresh;
}

/** Without these a good signature would hold for ever, and for every vehicle. */
function assertEnvelope(message: object): void {
  const missing = ['messageId', 'seq', 'sender', 'vin'].filter((member) => !(member in message));
  if (missing.length === 0) return;
  throw new TrustError('ENVELOPE_INCOMPLETE', `the message lacks ${missing.join(', ')}`);
}
