import { checkExpiry } from '#core/protocol';
import type { Offer } from './events.ts';

/** Each ECU's part of an offer. */
export function membersOf(offer: Offer): readonly Offer[] {
  const { group } = offer;
  return group === undefined ? [offer] : group.members.map((member) => ({ ...offer, ...member }));
}

/**
 * [P5] Whoever vouched for an update did so until an end: the gatekeeper for the offer, the release
 * key for the bundle and for each release. Asked anew after every wait, until the first write.
 *
 * @throws ProtocolError EXPIRED
 */
export function checkEnds(offer: Offer, now: number): void {
  checkExpiry({ expires: offer.expires }, now, 'offer');
  checkExpiry({ expires: offer.group?.expires }, now, 'bundle');
  for (const { ecuId, manifest } of membersOf(offer)) {
    checkExpiry({ expires: manifest.expires }, now, `release for ${ecuId}`);
  }
}
