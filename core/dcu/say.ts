import type { ProgressStatus } from '#core/protocol';
import type { Why } from './errors.ts';
import type { Offer, Rollback } from './events.ts';
import type { Effect, Remaining } from './state.ts';

export type Announce = Extract<Effect, { type: 'announce' }>;

export function announce(offer: Offer, status: ProgressStatus, progress: number): Announce {
  const { updateId, ecuId, manifest, group } = offer;
  return {
    ...{ type: 'announce', updateId, ecuId, status, progress },
    version: manifest.version,
    ...(group === undefined ? {} : { bundleId: group.bundleId }),
  };
}

/** Of a rollback by command, or of a member of a group that goes back. */
export function announceBack(
  { updateId, ecuId }: Rollback,
  status: ProgressStatus,
  progress: number,
  bundleId: string | null,
): Announce {
  return {
    ...{ type: 'announce', updateId, ecuId, status, progress, version: null },
    ...(bundleId === null ? {} : { bundleId }),
  };
}

export function bundleOf(remaining: Remaining | null): string | null {
  return remaining?.offer.group?.bundleId ?? null;
}

/** Under which name a notification is told once. */
export function noticeKey(
  { updateId, ecuId, group }: Pick<Offer, 'updateId' | 'ecuId' | 'group'>,
  what: 'failure' | 'rollback',
): string {
  return group === undefined ? `${updateId}/${what}` : `${updateId}/${ecuId}/${what}`;
}

/** Under which name the answer to a rollback that is turned away is said once. */
export function turnedAwayKey(
  { updateId, inReplyTo = null }: Pick<Rollback, 'updateId' | 'inReplyTo'>,
  at: number | null,
): string {
  return `${updateId}/turned-away/${inReplyTo ?? String(at)}`;
}

export function sentence(why: Why): string {
  return `${why.code}: ${why.detail}`;
}
