import type { ClientCertificate } from './certificate.ts';
import type { Logins } from './logins.ts';
import { shownName, userFault } from './names.ts';
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
  const why = userFault(name);
  if (why) return { kind: 'refused', user: shownName(name), fault: why };
  if (password === undefined) return refused(name, 'BAD_LOGIN', `no password for ${name}`);
  const wrong = await logins.try(visitor.address, name, password);
  return wrong ? { kind: 'refused', user: name, fault: wrong } : { kind: 'known', user: name };
}

function certified({ cn }: ClientCertificate, name: string | undefined): Identity {
  if (cn === null) {
    return refused(name ?? '', 'CERT_NAMELESS', 'the client certificate names nobody');
  }
  const why = userFault(cn);
  if (why) return { kind: 'refused', user: shownName(cn), fault: why };
  if (name && name !== cn) {
    const detail = `says it is ${shownName(name)}, but its certificate is that of ${cn}`;
    return refused(shownName(name), 'NAME_MISMATCH', detail);
  }
  return { kind: 'known', user: cn };
}

function refused(user: string, code: RefusalCode, detail: string): Identity {
  return { kind: 'refused', user, fault: fault(code, detail) };
}
