import { hasWildcard } from '#core/acl';
import type { ClientCertificate } from './certificate.ts';
import type { Logins } from './logins.ts';
import { type Fault, type RefusalCode, fault } from './refusal.ts';
import type { Visitor } from './visitor.ts';

/** MQTT 3.1.1 section 3.2.2.3, the codes a refused CONNECT is answered with. */
export const ConnectReturn = {
  protocolVersion: 1,
  identifier: 2,
  unavailable: 3,
  badCredentials: 4,
  notAuthorized: 5,
} as const;

/** `user`: who it says it is. */
export type Identity =
  | { readonly kind: 'known'; readonly user: string }
  | { readonly kind: 'refused'; readonly user: string; readonly fault: Fault };

/** Client ids are keys of what is stored: long enough for anybody, short enough to keep. */
const CLIENT_ID_LIMIT = 256;

/** Why this client id cannot be served, or null. */
export function clientIdFault(clientId: string, clean: boolean): Fault | null {
  // MQTT-3.1.3-8
  if (clientId === '')
    return clean ? null : fault('CLIENT_ID', 'a durable session needs a client id');
  if (hasWildcard(clientId)) return fault('CLIENT_ID', `the client id ${clientId} contains + or #`);
  if (clientId.length > CLIENT_ID_LIMIT) return fault('CLIENT_ID', 'the client id is too long');
  if (clientId.includes('\0') || !clientId.isWellFormed()) {
    return fault('CLIENT_ID', 'the client id is no text');
  }
  return null;
}

/** The return code of a CONNECT refused for `code`. */
export function returnCodeOf(code: RefusalCode): number {
  switch (code) {
    case 'CLIENT_ID':
    case 'CLIENT_ID_TAKEN':
      return ConnectReturn.identifier;
    case 'BAD_LOGIN':
      return ConnectReturn.badCredentials;
    // The one code that says: not now, but later.
    case 'TOO_MANY_LOGINS':
      return ConnectReturn.unavailable;
    default:
      return ConnectReturn.notAuthorized;
  }
}

/** Who is behind this connection: the name in its certificate, or a user with a password. */
export async function identify(
  visitor: Visitor,
  name: string | undefined,
  password: Uint8Array | undefined,
  logins: Logins,
): Promise<Identity> {
  if (visitor.certificate) return certified(visitor.certificate, name);
  if (!name) return refused('', 'ANONYMOUS', 'no user name: anonymous clients are not served');
  if (hasWildcard(name)) return wildcard(name);
  if (password === undefined) return refused(name, 'BAD_LOGIN', `no password for ${name}`);
  const wrong = await logins.try(visitor.address, name, password);
  return wrong ? { kind: 'refused', user: name, fault: wrong } : { kind: 'known', user: name };
}

function certified({ cn }: ClientCertificate, name: string | undefined): Identity {
  if (cn === null) {
    return refused(name ?? '', 'CERT_NAMELESS', 'the client certificate names nobody');
  }
  if (hasWildcard(cn)) return wildcard(cn);
  if (name && name !== cn) {
    const detail = `says it is ${name}, but its certificate is that of ${cn}`;
    return refused(name, 'NAME_MISMATCH', detail);
  }
  return { kind: 'known', user: cn };
}

function wildcard(name: string): Identity {
  return refused(name, 'NAME_WILDCARD', `the name ${name} contains + or #`);
}

function refused(user: string, code: RefusalCode, detail: string): Identity {
  return { kind: 'refused', user, fault: fault(code, detail) };
}
