import type { Clock, Random } from '#core/ports';
import type { Status } from '#core/protocol';
import { signObject, typOf, type SigningKey } from '#core/signing';
import type { GateVerdict } from './verdict.ts';

/** How long an answer holds whose issue said nothing of the kind. */
const STATUS_LIFETIME_MS = 24 * 3_600_000;

/** The `sender` of every status; receivers count its `seq` by it [P4]. */
export const GATEKEEPER = 'ota-gatekeeper';

/**
 * The `status` that says a verdict: readable members first, then ours, then the signature.
 * A refusal carries no manifest: there is nothing in it that a vehicle may act on.
 */
export async function composeStatus(
  verdict: Exclude<GateVerdict, { kind: 'repeated' }>,
  deps: { signer: SigningKey; seq: number; clock: Clock; random: Random },
): Promise<Status> {
  const { subject } = verdict;
  const now = deps.clock.now();
  const message = {
    status: verdict.status,
    version: subject.version,
    ...(verdict.kind === 'refused' ? { reason: { ...verdict.reason, rule: verdict.rule } } : {}),
    messageId: deps.random.uuid(),
    updateId: subject.updateId,
    vin: subject.vin,
    ...(subject.ecuId === null ? {} : { ecuId: subject.ecuId }),
    seq: deps.seq,
    sender: GATEKEEPER,
    issuedAt: new Date(now).toISOString(),
    expires: lifetime(verdict, now),
    ...(subject.inReplyTo === null ? {} : { inReplyTo: subject.inReplyTo }),
    ...(verdict.kind === 'passed' ? offered(verdict) : {}),
  };
  return signObject(message, { key: deps.signer, typ: typOf('status') });
}

function offered({
  manifest,
  group,
}: Extract<GateVerdict, { kind: 'passed' }>): Pick<
  Status,
  'manifest' | 'bundle' | 'manifests' | 'ecuIds'
> {
  if (group === null) return { manifest };
  const { bundle, manifests, ecuIds } = group;
  return { bundle, manifests: [...manifests], ecuIds: [...ecuIds] };
}

/** An offer ends with its issue; a refusal of an old issue must itself not be old. */
function lifetime(verdict: GateVerdict, now: number): string {
  const own = new Date(now + STATUS_LIFETIME_MS).toISOString();
  return verdict.kind === 'passed' ? (verdict.subject.expires ?? own) : own;
}
