import { rootCertificates } from 'node:tls';
import { type LinkAccess } from '#core/link';
import { type BenchCa, type Identity } from '#core/pki';
import { type Users } from '../users.ts';

/** Where the bench's own connections go. */
export type BrokerPlace = {
  url: string;
  outside: boolean;
  /** Of the outside broker; null: the bench CA and the well-known ones. */
  caPem: string | null;
};

/**
 * How `user` connects there: over TLS with its certificate. A password goes along where TLS does
 * not prove who it is, and at an outside broker wherever one is known, since nobody here knows
 * what that one asks for.
 */
export function accessTo(
  place: BrokerPlace,
  user: string,
  { ca, users, identity }: { ca: BenchCa; users: Users; identity: Identity | null },
): LinkAccess {
  const secure = isSecure(place.url);
  const password = users.passwordOf(user, place.outside);
  const named = password !== undefined && (place.outside || !secure || !identity);
  return {
    url: place.url,
    ...(named ? { username: user, password } : {}),
    ...(secure ? { tls: { ca: authorities(place, ca), ...pairOf(identity) } } : {}),
  };
}

export function isSecure(url: string): boolean {
  return /^(mqtts|wss):/i.test(url);
}

function pairOf(identity: Identity | null): { cert?: string; key?: string } {
  return identity ? { cert: identity.certPem, key: identity.keyPem } : {};
}

function authorities({ outside, caPem }: BrokerPlace, ca: BenchCa): string | string[] {
  if (caPem !== null) return caPem;
  return outside ? [ca.certPem, ...rootCertificates] : ca.certPem;
}
