import { unreachable } from '#core/ports';
import { dossierOf } from './dossier.ts';
import type { Why } from './errors.ts';
import type { Offer, Rollback } from './events.ts';
import type { Outcome } from './outcome.ts';
import type { Remaining, Run } from './state.ts';

/*
 * [D8] Several ECUs as one. Everything is fetched and checked before the first write, then one
 * after the other is written; when one fails, those before it go back, the last one first.
 */

/** The offer as it is about the next member; null after the last, and for an update of one ECU. */
export function nextMember(offer: Offer): Offer | null {
  const { group } = offer;
  if (group === undefined) return null;
  const at = group.at + 1;
  const member = group.members[at];
  return member === undefined ? null : { ...offer, ...member, group: { ...group, at } };
}

/** What there is to do once the member in hand is over; null for an update of one ECU. */
export function remainingAfter(offer: Offer, run: Run, outcome: Outcome): Remaining | null {
  const { group } = offer;
  if (group === undefined) return null;
  const left = outcome.kind === 'completed' ? -1 : doneBefore(run, group.at);
  const stuck = run.kind === 'reverting' && outcome.kind === 'failed';
  return { offer, left, outcome: wholeOutcome(offer, outcome, left < 0 || stuck) };
}

/** The last member that runs its new version by now. */
function doneBefore(run: Run, at: number): number {
  const fetching = run.kind === 'checking' || run.kind === 'downloading' || run.kind === 'awaiting';
  return fetching || (run.kind === 'cancelling' && !run.begun) ? -1 : at - 1;
}

function wholeOutcome(offer: Offer, outcome: Outcome, isFailure: boolean): Outcome {
  switch (outcome.kind) {
    case 'completed':
    case 'cancelled':
    case 'refused':
      return outcome;
    case 'failed': {
      const why = memberFailed(offer, outcome.why);
      return isFailure ? { ...outcome, why } : { kind: 'rolled_back', why };
    }
    case 'rolled_back':
      return { kind: 'rolled_back', why: outcome.why && memberFailed(offer, outcome.why) };
    default:
      return unreachable(outcome);
  }
}

function memberFailed({ ecuId }: Offer, { code, detail }: Why): Why {
  return { code: 'GROUP_MEMBER_FAILED', detail: `${ecuId}: ${code}: ${detail}` };
}

/** The next member goes back, or the last word is said. */
export function nextOfGroup(remaining: Remaining, at: number | undefined): Run {
  const { offer, left, outcome } = remaining;
  const member = offer.group?.members[left];
  if (member === undefined) {
    const job = { kind: 'group', offer } as const;
    return { kind: 'closing', job, outcome, finding: null, remaining: null };
  }
  const rollback: Rollback = {
    updateId: offer.updateId,
    ecuId: member.ecuId,
    origin: 'group',
    because: becauseOf(outcome),
  };
  return {
    ...{ kind: 'looking', rollback, dossier: dossierOf(rollback, at) },
    remaining: { ...remaining, left: left - 1 },
  };
}

function becauseOf(outcome: Outcome): Why {
  if ('why' in outcome && outcome.why !== null) return outcome.why;
  return { code: 'GROUP_CANCELLED', detail: 'the update was cancelled before its last ECU' };
}
